import { ServicexError } from '../../convention/servicex-error.ts'
import {
  DEFAULT_SETTINGS,
  type OperationSettings,
  type ResilienceOptions,
  type ResilienceSettings,
  type SettingsOf,
} from './settings.ts'

/** What each setting may be, in words and as a test. */
const RULES: Readonly<
  Record<keyof ResilienceSettings, readonly [string, (value: never) => boolean]>
> = {
  attempts: ['a whole number from 1 to 10', (value: number) => isWhole(value, 1, 10)],
  attemptShare: ['a number above 0, up to 1', (value: number) => value > 0 && value <= 1],
  retry: [
    '"all" or "not-processed"',
    (value: unknown) => value === 'all' || value === 'not-processed',
  ],
  backoffBaseMs: ['milliseconds from 1', (value: number) => isWhole(value, 1, 60_000)],
  backoffCapMs: ['milliseconds from 1', (value: number) => isWhole(value, 1, 60_000)],
  budgetRatio: ['a number from 0 to 1', (value: number) => value >= 0 && value <= 1],
  budgetFloor: ['a whole number from 0', (value: number) => isWhole(value, 0, 10_000)],
  inFlight: ['a whole number from 1', (value: number) => isWhole(value, 1, 100_000)],
  throttle: ['true or false', (value: unknown) => typeof value === 'boolean'],
  ejectAfter: ['a whole number from 1', (value: number) => isWhole(value, 1, 1000)],
  ejectBaseMs: ['milliseconds from 1', (value: number) => isWhole(value, 1, 3_600_000)],
  ejectCapMs: ['milliseconds from 1', (value: number) => isWhole(value, 1, 3_600_000)],
  hedgeAfterMs: [
    'milliseconds from 1, or "p95"',
    (value: unknown) => value === 'p95' || isWhole(value, 1, 60_000),
  ],
}

/** What one operation can have for itself. */
const OF_OPERATION: ReadonlySet<string> = new Set<keyof OperationSettings>([
  'attempts',
  'attemptShare',
  'retry',
  'backoffBaseMs',
  'backoffCapMs',
  'hedgeAfterMs',
])

/**
 * Gives the settings of every operation from what a client of `service` was given. Throws
 * SERVICEX_CLIENT_SETTINGS with all that is wrong with them.
 */
export function toSettings(service: string, options: ResilienceOptions): SettingsOf {
  const { operations = {}, ...own } = options
  const problems = [...toProblems('', own), ...toOperationProblems(operations)]
  if (problems.length > 0) {
    throw new ServicexError('SERVICEX_CLIENT_SETTINGS', {
      summary: `the resilience settings of the client of "${service}" are wrong`,
      details: problems,
      fix: 'correct them; docs/resilience.md lists what each one does',
    })
  }
  const shared: ResilienceSettings = { ...DEFAULT_SETTINGS, ...own }
  const each = new Map(
    Object.entries(operations).map(([name, given]) => [name, { ...shared, ...given }]),
  )
  return (operation) => each.get(operation) ?? shared
}

/** Of code that is not type-checked they may be anything. */
function toOperationProblems(operations: unknown): readonly string[] {
  if (!isRecord(operations)) return ['operations: expected settings by operation']
  return Object.entries(operations).flatMap(([name, given]) =>
    isRecord(given)
      ? [...toProblems(`operations.${name}.`, given), ...toSharedProblems(name, given)]
      : [`operations.${name}: expected settings`],
  )
}

function toSharedProblems(operation: string, given: object): readonly string[] {
  return Object.keys(given)
    .filter((name) => Object.hasOwn(RULES, name) && !OF_OPERATION.has(name))
    .map((name) => `operations.${operation}.${name}: is a setting of the whole client`)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function toProblems(place: string, given: object): readonly string[] {
  return Object.entries(given).flatMap(([name, value]: [string, unknown]) => {
    if (!Object.hasOwn(RULES, name)) return [`${place}${name}: is no setting`]
    const [expected, isRight] = RULES[name as keyof ResilienceSettings]
    const isAbsent = value === undefined && name === 'hedgeAfterMs'
    return isAbsent || isRight(value as never) ? [] : [`${place}${name}: expected ${expected}`]
  })
}

function isWhole(value: unknown, from: number, to: number): boolean {
  return Number.isSafeInteger(value) && Number(value) >= from && Number(value) <= to
}
