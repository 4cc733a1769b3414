import type { SnapshotParameter } from '../../../../src/convention/snapshot.ts'
import type { Compare } from '../compare-schemas.ts'
import type { PlacedOperation } from '../operation-table.ts'
import { type Finding, type Rules, toFinding } from '../rule.ts'
import { judgeRequestSchema } from './request-schema-rules.ts'

const RULES = {
  'parameter-required-added': {
    severity: 'breaking',
    sentence: 'the provider requires a new parameter, which callers do not send',
    fix: 'make it optional, or give it a default',
  },
  'parameter-became-required': {
    severity: 'breaking',
    sentence: 'the provider requires a parameter that callers may leave out',
    fix: 'keep it optional, or give it a default',
  },
  'parameter-removed': {
    severity: 'warning',
    sentence:
      'the provider no longer knows a parameter that callers may send; its value has no effect',
    fix: 'keep it in the contract, deprecated, until no caller sends it',
  },
  'parameter-added': {
    severity: 'info',
    sentence: 'callers may send a further parameter',
    fix: 'nothing to do',
  },
  'parameter-became-optional': {
    severity: 'info',
    sentence: 'callers may leave a parameter out',
    fix: 'nothing to do',
  },
} as const satisfies Rules

/** Parameters in the path, the query and the headers. */
export const PARAMETER_RULES: Rules = RULES

/** Judges the parameters of an operation, and what they may hold. */
export function judgeParameters(
  old: PlacedOperation,
  now: PlacedOperation,
  compare: Compare,
): readonly Finding[] {
  const before = toParameterTable(old)
  const after = toParameterTable(now)
  const gone = [...before].flatMap(([key, { parameter }]) =>
    after.has(key) || parameter.in === 'path' ? [] : [tell('parameter-removed', old, parameter)],
  )
  const rest = [...after].flatMap(([key, { parameter }]) => {
    const counterpart = before.get(key)?.parameter
    if (counterpart !== undefined) return judgePair(old, [counterpart, parameter], compare)
    // A further one in the path is another path, which is found as such.
    if (parameter.in === 'path') return []
    return [
      tell(parameter.required ? 'parameter-required-added' : 'parameter-added', old, parameter),
    ]
  })
  return [...gone, ...rest]
}

function judgePair(
  operation: PlacedOperation,
  [old, now]: readonly [SnapshotParameter, SnapshotParameter],
  compare: Compare,
): readonly Finding[] {
  const schema = judgeRequestSchema(operation.id, placeOf(old), compare(old.schema, now.schema))
  if (old.required === now.required) return schema
  const rule = now.required ? 'parameter-became-required' : 'parameter-became-optional'
  return [tell(rule, operation, old), ...schema]
}

/** A parameter by what tells it from the others on the wire: in a path its position, in headers its name in any case. */
function toParameterTable({
  path,
  operation,
}: PlacedOperation): ReadonlyMap<string, { readonly parameter: SnapshotParameter }> {
  const names = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name ?? '')
  return new Map(
    (operation.parameters ?? []).map((parameter) => [toKey(parameter, names), { parameter }]),
  )
}

function toKey(parameter: SnapshotParameter, pathNames: readonly string[]): string {
  if (parameter.in === 'path') return `path ${pathNames.indexOf(parameter.name)}`
  if (parameter.in === 'header') return `header ${parameter.name.toLowerCase()}`
  return `${parameter.in} ${parameter.name}`
}

function placeOf(parameter: SnapshotParameter): string {
  return `${parameter.in} ${parameter.name}`
}

function tell(
  rule: keyof typeof RULES,
  { id }: PlacedOperation,
  parameter: SnapshotParameter,
): Finding {
  return toFinding(RULES, rule, { operation: id, at: placeOf(parameter) })
}
