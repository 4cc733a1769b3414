import { ServicexError } from '../../convention/servicex-error.ts'
import type { OperationPlan } from '../../convention/service-plan.ts'

/** The parameters of a call, by name. */
export type CallInput = Readonly<Record<string, unknown>>

const PLACEHOLDER = /\{([^}]+)\}/
const compiled = new WeakMap<OperationPlan, readonly string[]>()

/**
 * Builds the path and query of a call. Parameters are encoded, so that they never add a segment,
 * leave the origin or begin a query.
 *
 * Throws SERVICEX_CALL_INVALID for a path parameter that is absent, empty, `.` or `..`: servers and
 * proxies take such segments away, and another resource would be meant.
 */
export function buildPath(name: string, plan: OperationPlan, input: CallInput): string {
  const parts = partsOf(plan)
  // Literals and names take turns.
  const path = parts
    .map((part, index) => (index % 2 === 0 ? part : encodeSegment(name, part, input[part])))
    .join('')
  if (parts.length > 1) assertNoDotSegment(name, path)
  return path + buildQuery(name, plan.query ?? [], input)
}

function partsOf(plan: OperationPlan): readonly string[] {
  const known = compiled.get(plan)
  if (known !== undefined) return known
  const parts = plan.path.split(PLACEHOLDER)
  compiled.set(plan, parts)
  return parts
}

function encodeSegment(name: string, parameter: string, value: unknown): string {
  const text = toText(name, `path parameter ${parameter}`, value)
  if (text === '') throw invalid(name, `path parameter ${parameter} is empty`)
  if (text === '.' || text === '..')
    throw invalid(name, `path parameter ${parameter} is "${text}", which servers resolve away`)
  return encode(name, `path parameter ${parameter}`, text)
}

/** A segment of literals and parameters together, as `{a}{b}` or `{name}.`, can be one too. */
function assertNoDotSegment(name: string, path: string): void {
  if (!path.includes('/.')) return
  if (path.split('/').some((segment) => segment === '.' || segment === '..'))
    throw invalid(
      name,
      'its path parameters make a segment "." or "..", which servers resolve away',
    )
}

function buildQuery(name: string, names: readonly string[], input: CallInput): string {
  let query = ''
  for (const parameter of names) {
    const value = input[parameter]
    if (value === undefined || value === null) continue
    for (const item of Array.isArray(value) ? (value as unknown[]) : [value]) {
      const what = `query parameter ${parameter}`
      const text = encode(name, what, toText(name, what, item))
      query += `${query === '' ? '?' : '&'}${encode(name, what, parameter)}=${text}`
    }
  }
  return query
}

function toText(name: string, what: string, value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value
    case 'boolean':
    case 'bigint':
      return String(value)
    case 'number':
      if (Number.isFinite(value)) return String(value)
      throw invalid(name, `${what} is ${value}`)
    default:
      throw invalid(name, `${what} is ${value === null ? 'null' : `of type ${typeof value}`}`)
  }
}

function encode(name: string, what: string, text: string): string {
  try {
    return encodeURIComponent(text)
  } catch (error) {
    throw invalid(name, `${what} holds half of a surrogate pair`, error)
  }
}

/** What is thrown for a call that cannot be sent as it was asked for. */
export function invalid(name: string, problem: string, cause?: unknown): ServicexError {
  return new ServicexError('SERVICEX_CALL_INVALID', {
    summary: `${name} was not sent: ${problem}`,
    fix: 'check the value before the call; a value from outside is for its own endpoint to refuse',
    cause,
  })
}
