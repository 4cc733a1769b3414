import type { OperationFacts } from '../../../../src/convention/snapshot.ts'
import type { Compare } from '../compare-schemas.ts'
import { uncovered } from '../content-types.ts'
import type { PlacedOperation } from '../operation-table.ts'
import { type Finding, type Rules, toFinding } from '../rule.ts'
import { WIDEN_FIX } from './fixes.ts'
import { judgeResponseSchema } from './response-schema-rules.ts'

const RULES = {
  'reply-status-changed': {
    severity: 'breaking',
    sentence: 'success has another status than the one that callers take for success',
    fix: 'keep the status',
  },
  'reply-kind-changed': {
    severity: 'breaking',
    sentence: 'the reply is of another kind than callers read',
    fix: WIDEN_FIX,
  },
  'reply-pages-lost': {
    severity: 'breaking',
    sentence: 'the reply no longer comes in pages; callers who ask for the next one find none',
    fix: WIDEN_FIX,
  },
  'reply-pages-gained': {
    severity: 'warning',
    sentence: 'the reply comes in pages; callers who know nothing of them read the first only',
    fix: 'make the first page hold everything that callers get today, or offer a new operation',
  },
  'reply-content-type-added': {
    severity: 'breaking',
    sentence: 'the reply may have a content type that callers do not know',
    fix: WIDEN_FIX,
  },
  'reply-content-type-removed': {
    severity: 'info',
    sentence: 'a content type is no longer sent',
    fix: 'nothing to do',
  },
} as const satisfies Rules

/** What callers get when all goes well. */
export const REPLY_RULES: Rules = RULES

/** Judges the reply of success: its status, its kind and what it holds. */
export function judgeReply(
  old: PlacedOperation,
  now: PlacedOperation,
  compare: Compare,
): readonly Finding[] {
  const [before, after] = [old.operation['x-servicex'], now.operation['x-servicex']]
  const status =
    before.status === after.status
      ? []
      : [tell('reply-status-changed', old.id, `${before.status} → ${after.status}`)]
  return [...status, ...judgeKind(old.id, before, after), ...judgeContent(old, now, compare)]
}

function judgeKind(
  operation: string,
  before: OperationFacts,
  after: OperationFacts,
): readonly Finding[] {
  const [was, is] = [before.reply, after.reply]
  if (was === is) return []
  if (was === 'page' && is === 'json') return [tell('reply-pages-lost', operation)]
  if (was === 'json' && is === 'page') return [tell('reply-pages-gained', operation)]
  return [tell('reply-kind-changed', operation, `${was} → ${is}`)]
}

function judgeContent(
  old: PlacedOperation,
  now: PlacedOperation,
  compare: Compare,
): readonly Finding[] {
  const [before, after] = [old.operation['x-servicex'], now.operation['x-servicex']]
  if (isJson(before) && isJson(after)) {
    const changes = compare(schemaOf(old), schemaOf(now))
    return judgeResponseSchema(old.id, 'reply', changes)
  }
  if (before.reply !== after.reply) return []
  const events = compare(before.event ?? true, after.event ?? true)
  return [
    ...(before.reply === 'events' ? judgeResponseSchema(old.id, 'event', events) : []),
    ...judgeContentTypes(old.id, before.replyTypes ?? [], after.replyTypes ?? []),
  ]
}

function judgeContentTypes(
  operation: string,
  was: readonly string[],
  is: readonly string[],
): readonly Finding[] {
  return [
    ...uncovered(is, was).map((type) => tell('reply-content-type-added', operation, type)),
    ...uncovered(was, is).map((type) => tell('reply-content-type-removed', operation, type)),
  ]
}

function isJson({ reply }: OperationFacts): boolean {
  return reply === 'json' || reply === 'page'
}

function schemaOf({ operation }: PlacedOperation): Parameters<Compare>[0] {
  const { status } = operation['x-servicex']
  return operation.responses[String(status)]?.content?.['application/json']?.schema ?? true
}

function tell(rule: keyof typeof RULES, operation: string, detail = ''): Finding {
  return toFinding(RULES, rule, { operation, at: 'reply', detail })
}
