import { type PlacedOperation, toWirePath } from '../operation-table.ts'
import { type Finding, type Rules, toFinding } from '../rule.ts'

const RULES = {
  'operation-removed': {
    severity: 'breaking',
    sentence: 'the operation is gone',
    fix: 'keep it, deprecated, until no deployed caller uses it',
  },
  'operation-renamed': {
    severity: 'warning',
    sentence:
      'the operation has another name; deployed callers go on, their next generated client has the new name',
    fix: 'keep the name, or rename it at the callers when they next generate',
  },
  'operation-added': {
    severity: 'info',
    sentence: 'there is a new operation',
    fix: 'nothing to do',
  },
  'operation-method-changed': {
    severity: 'breaking',
    sentence: 'the operation has another method than callers use',
    fix: 'serve the old method as well, as an operation of its own',
  },
  'operation-path-changed': {
    severity: 'breaking',
    sentence: 'the operation has another path than callers use',
    fix: 'serve the old path as well, as an operation of its own',
  },
  'operation-deprecated': {
    severity: 'warning',
    sentence: 'the operation is deprecated',
    fix: 'move the callers to what replaces it',
  },
  'operation-no-longer-deprecated': {
    severity: 'info',
    sentence: 'the operation is not deprecated any more',
    fix: 'nothing to do',
  },
  'operation-sunset-earlier': {
    severity: 'warning',
    sentence: 'the operation may be gone earlier than callers were told',
    fix: 'keep the day that callers were told',
  },
} as const satisfies Rules

/** Operations as such: whether they are there, where, and for how long. */
export const OPERATION_RULES: Rules = RULES

/** Judges an operation that has no counterpart of its name; `sameWire` is one of another name at its method and path. */
export function judgeMissing(old: PlacedOperation, sameWire: PlacedOperation | undefined): Finding {
  if (sameWire === undefined) return toFinding(RULES, 'operation-removed', { operation: old.id })
  const detail = `${old.id} → ${sameWire.id}`
  return toFinding(RULES, 'operation-renamed', { operation: old.id, detail })
}

/** Tells of an operation that the old snapshot did not have. */
export function judgeNew(now: PlacedOperation): Finding {
  return toFinding(RULES, 'operation-added', { operation: now.id })
}

/** Judges method, path and deprecation. */
export function judgeOperation(old: PlacedOperation, now: PlacedOperation): readonly Finding[] {
  const methods = old.method === now.method ? [] : [`${upper(old)} → ${upper(now)}`]
  const isSamePath = toWirePath(old.path) === toWirePath(now.path)
  const paths = isSamePath ? [] : [`${old.path} → ${now.path}`]
  return [
    ...methods.map((detail) => tell('operation-method-changed', old, detail)),
    ...paths.map((detail) => tell('operation-path-changed', old, detail)),
    ...judgeDeprecation(old, now),
  ]
}

function judgeDeprecation(old: PlacedOperation, now: PlacedOperation): readonly Finding[] {
  const [was, is] = [old.operation, now.operation]
  const [oldDay, newDay] = [was['x-servicex'].sunset, is['x-servicex'].sunset]
  if (was.deprecated !== true && is.deprecated === true) {
    const detail = newDay === undefined ? '' : `it may be gone after ${newDay}`
    return [tell('operation-deprecated', old, detail)]
  }
  if (was.deprecated === true && is.deprecated !== true) {
    return [tell('operation-no-longer-deprecated', old, '')]
  }
  const isEarlier = newDay !== undefined && oldDay !== undefined && newDay < oldDay
  return isEarlier ? [tell('operation-sunset-earlier', old, `${oldDay} → ${newDay}`)] : []
}

function tell(rule: keyof typeof RULES, { id }: PlacedOperation, detail: string): Finding {
  return toFinding(RULES, rule, { operation: id, detail })
}

function upper({ method }: PlacedOperation): string {
  return method.toUpperCase()
}
