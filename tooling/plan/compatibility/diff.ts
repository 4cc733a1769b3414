import type { Snapshot } from '../../../src/convention/snapshot.ts'
import { type Compare, toSchemaComparison } from './compare-schemas.ts'
import { toCanonicalJson } from './canonical-json.ts'
import { isTooDeep } from './nesting.ts'
import { type PlacedOperation, toOperationTable, toWirePath } from './operation-table.ts'
import type { Finding } from './rule.ts'
import { judgeBody } from './rules/body-rules.ts'
import { judgeErrors } from './rules/error-rules.ts'
import { judgeMissing, judgeNew, judgeOperation } from './rules/operation-rules.ts'
import { judgeParameters } from './rules/parameter-rules.ts'
import { judgePromises } from './rules/promise-rules.ts'
import { judgeReply } from './rules/reply-rules.ts'
import { judgeService, judgeTooDeep } from './rules/service-rules.ts'
import { type OperationUse, type UsedOperations, toUse } from './used-operations.ts'

/**
 * Judges what a provider that serves `after` means for callers that were made for `before`.
 *
 * Only operations in `used` count; without it all do. Of what callers send, the new provider must
 * take all that the old one took; of what they are sent, they must understand all that it gives.
 * Findings stand in the order of the operations, `[]` when nothing changed that callers can see.
 */
export function diff(before: Snapshot, after: Snapshot, used?: UsedOperations): readonly Finding[] {
  if (isTooDeep(before) || isTooDeep(after)) return [judgeTooDeep()]
  if (toCanonicalJson(before) === toCanonicalJson(after)) return []
  const [old, now] = [toOperationTable(before), toOperationTable(after)]
  const compare = toSchemaComparison({ before, after })
  const renamed = new Set<string>()
  const judged = [...old.values()].flatMap((operation) => {
    const use = toUse(used, operation.id)
    const counterpart = now.get(operation.id)
    if (counterpart !== undefined) {
      return use === undefined ? [] : judge([operation, counterpart], use, compare)
    }
    const sameWire = [...now.values()].find(
      (other) => isSameWire(operation, other) && !old.has(other.id),
    )
    if (sameWire !== undefined) renamed.add(sameWire.id)
    if (use === undefined) return []
    const missing = judgeMissing(operation, sameWire)
    return sameWire === undefined
      ? [missing]
      : [missing, ...judge([operation, sameWire], use, compare)]
  })
  const come = [...now.values()].filter(({ id }) => !old.has(id) && !renamed.has(id))
  const news = used === undefined ? come.map(judgeNew) : []
  return [...judgeService(before['x-servicex'], after['x-servicex']), ...judged, ...news]
}

function judge(
  [old, now]: readonly [PlacedOperation, PlacedOperation],
  use: OperationUse,
  compare: Compare,
): readonly Finding[] {
  return [
    ...judgeOperation(old, now),
    ...judgeParameters(old, now, compare),
    ...judgeBody(old, now, compare),
    ...judgeReply(old, now, compare),
    ...judgeErrors({ old, now, use }, compare),
    ...judgePromises(old, now, use),
  ]
}

function isSameWire(a: PlacedOperation, b: PlacedOperation): boolean {
  return a.method === b.method && toWirePath(a.path) === toWirePath(b.path)
}
