import { STATUS_CODES } from 'node:http'
import { type Problem, PROBLEM_TYPE } from '../../convention/problem.ts'
import { requestInProgress } from './request-in-progress.ts'
import { type OutgoingReply, toJsonReply } from './outgoing-reply.ts'
import type { Refusal } from './refusal.ts'

/** The most findings a problem lists. */
const ISSUES_MAX = 20

/** Gives the reply to a request that is refused or failed, as RFC 9457 has it. */
export function toProblemReply(
  refusal: Pick<Refusal, 'status' | 'code' | 'facts'> & { readonly data?: unknown },
): OutgoingReply {
  const { status, code, facts, data } = refusal
  const { detail, hops, headers, issues } = facts
  const operation = requestInProgress()
  const problem: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    ...(detail !== undefined && { detail }),
    code,
    ...(data !== undefined && { data }),
    ...(issues && { issues: issues.slice(0, ISSUES_MAX) }),
    ...(issues && issues.length > ISSUES_MAX && { moreIssues: issues.length - ISSUES_MAX }),
    ...(operation && { traceId: operation.traceId, requestId: operation.requestId }),
    ...(hops && hops.length > 0 && { hops }),
  }
  const reply = toJsonReply(status, JSON.stringify(problem), PROBLEM_TYPE)
  return { ...reply, headers: { ...reply.headers, ...headers } }
}
