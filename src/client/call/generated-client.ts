import type { ServicePlan } from '../../convention/service-plan.ts'
import type { ClientOptions } from './client-options.ts'
import { openClient } from './open-client.ts'
import type { Check, ReplyChecks } from './reply-checks.ts'

/** A validator as ajv compiles it: says whether a value is right, and leaves behind what is wrong. */
export interface CompiledValidator {
  (value: unknown): boolean
  errors?: readonly CompiledFinding[] | null
}

/** What ajv leaves behind. */
export interface CompiledFinding {
  readonly instancePath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
}

/** The module of a generated client's validators: of each operation, that of its reply, and those of its errors' data. */
export type CompiledValidators = Readonly<
  Record<
    string,
    | {
        readonly ok?: CompiledValidator
        readonly errors?: Readonly<Record<string, CompiledValidator>>
      }
    | undefined
  >
>

/**
 * Makes a client of what `kube client add` wrote. `load` brings the validators, which are compiled
 * already; it is called by the first call. Opens nothing: calls do.
 */
export function generatedClient(
  plan: ServicePlan,
  load: () => Promise<{ readonly validators: CompiledValidators }>,
  options: ClientOptions = {},
): object {
  const known = new Map<string, ReplyChecks>()
  let loading: Promise<CompiledValidators> | undefined
  const find = (operation: string, validators: CompiledValidators): ReplyChecks => {
    const checks = toChecks(validators[operation])
    known.set(operation, checks)
    return checks
  }
  const checks = (operation: string): ReplyChecks | Promise<ReplyChecks> => {
    const made = known.get(operation)
    if (made !== undefined) return made
    loading ??= load().then(({ validators }) => validators)
    return loading.then((validators) => find(operation, validators))
  }
  return openClient({ plan, checks }, options)
}

function toChecks(compiled: CompiledValidators[string]): ReplyChecks {
  const errors = Object.entries(compiled?.errors ?? {}).map(
    ([code, validator]) => [code, toCheck(validator)] as const,
  )
  return { ok: toCheck(compiled?.ok), errors: Object.fromEntries(errors) }
}

function toCheck(validator: CompiledValidator | undefined): Check | undefined {
  if (validator === undefined) return undefined
  return (value) => {
    if (validator(value)) return undefined
    const [finding] = validator.errors ?? []
    return finding === undefined ? 'it does not fit' : toText(finding)
  }
}

/** The place and the rule; never the value. */
function toText({ instancePath, keyword, params }: CompiledFinding): string {
  const place = instancePath === '' ? 'it' : instancePath.slice(1).replaceAll('/', '.')
  switch (keyword) {
    case 'type':
      return `${place}: expected ${String(params['type'])}`
    case 'required':
      return `${place}: ${String(params['missingProperty'])} is absent`
    default:
      return `${place}: breaks the rule "${keyword}"`
  }
}
