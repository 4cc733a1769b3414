import type { OperationPlan } from '../../convention/service-plan.ts'
import { toBreakOutcome } from './break-outcome.ts'
import { decodeJson, isJson } from './decode-body.ts'
import { FileReply } from './file-reply.ts'
import type { ParsedJson } from './parse-json.ts'
import type { FailureOutcome, Outcome, ReplyHeaders } from './policy.ts'
import { headerOf, toProblem, type ReadProblem } from './problem.ts'
import type { ReplyChecks } from './reply-checks.ts'
import { isTransportCode, type TransportCode } from './transport-code.ts'
import type { WireReply, WireResult } from './wire.ts'

/** What a reply is measured by. */
export interface Expectation {
  readonly plan: OperationPlan
  readonly checks: ReplyChecks | Promise<ReplyChecks>
  readonly maxBytes: number
}

/** Gives what an attempt came to: the operation's own reply, a declared error, or what went wrong. Never rejects. */
export function toOutcome(result: WireResult, expected: Expectation): Outcome | Promise<Outcome> {
  switch (result.kind) {
    case 'break':
      return toBreakOutcome(result, expected.maxBytes)
    case 'stream':
      return {
        kind: 'success',
        status: result.status,
        headers: result.headers,
        data:
          expected.plan.ok.kind === 'file'
            ? new FileReply(result.headers, result.chunks)
            : result.chunks,
      }
    case 'reply':
      return result.status === expected.plan.ok.status
        ? toSuccess(result, expected)
        : toError(result, expected)
  }
}

/** At once where it can be: most replies are small, uncompressed, and their checks are loaded. */
function toSuccess(reply: WireReply, expected: Expectation): Outcome | Promise<Outcome> {
  const { status, headers, body } = reply
  const { plan, checks, maxBytes } = expected
  if (plan.ok.kind === 'empty' || plan.method === 'HEAD')
    return { kind: 'success', status, headers, data: undefined }
  if (plan.ok.kind === 'events' || plan.ok.kind === 'file')
    return badReply(
      reply,
      `its content-type is not what operation ${plan.method} ${plan.path} gives`,
    )
  const decoded = decodeJson(body, headers, maxBytes)
  if (!(decoded instanceof Promise) && !(checks instanceof Promise))
    return toChecked(reply, decoded, checks)
  return Promise.all([decoded, checks]).then(([parsed, loaded]) => toChecked(reply, parsed, loaded))
}

function toChecked(reply: WireReply, parsed: ParsedJson, { ok }: ReplyChecks): Outcome {
  if ('problem' in parsed) return badReply(reply, parsed.problem ?? '')
  const finding = ok?.(parsed.value)
  if (finding !== undefined) return badReply(reply, `it breaks the contract: ${finding}`)
  return { kind: 'success', status: reply.status, headers: reply.headers, data: parsed.value }
}

function badReply({ status, headers }: WireReply, reason: string): FailureOutcome {
  return failed('bad_response', { status, headers }, { reason, processed: 'yes' })
}

async function toError(reply: WireReply, expected: Expectation): Promise<Outcome> {
  const { status, headers } = reply
  if (status >= 300 && status < 400)
    return failed('bad_response', reply, { reason: 'it redirects', processed: 'yes' })
  if (status < 300)
    return failed('bad_response', reply, {
      reason: `success of this operation is ${expected.plan.ok.status}`,
      processed: 'yes',
    })
  const problem = await readProblem(reply, expected.maxBytes)
  const code = problem.code ?? codeByStatus(expected.plan, status, reply.body.length)
  const declared = code === undefined ? undefined : declaredError(expected.plan, code)
  if (code === undefined || declared === undefined || declared.status !== status)
    return toUndeclared(reply, problem)
  const { errors } = await expected.checks
  const finding = declared.data ? errors?.[code]?.(problem.data) : undefined
  if (finding !== undefined)
    return failed('bad_response', reply, {
      reason: `the data of its error ${code} breaks the contract: ${finding}`,
      processed: 'yes',
    })
  const data = declared.data ? problem.data : undefined
  return { kind: 'declared', status, headers, code, data, traceId: problem.traceId }
}

function declaredError(plan: OperationPlan, code: string) {
  return plan.errors !== undefined && Object.hasOwn(plan.errors, code)
    ? plan.errors[code]
    : undefined
}

/** A reply to HEAD has no body: its status is all it says, where one declared error has it. */
function codeByStatus(plan: OperationPlan, status: number, bytes: number): string | undefined {
  if (plan.method !== 'HEAD' || bytes > 0) return undefined
  const codes = Object.entries(plan.errors ?? {}).filter(([, error]) => error.status === status)
  return codes.length === 1 ? codes[0]?.[0] : undefined
}

async function readProblem(reply: WireReply, maxBytes: number): Promise<ReadProblem> {
  if (!isJson(reply.headers)) return toProblem(undefined)
  const parsed = await decodeJson(reply.body, reply.headers, maxBytes)
  return toProblem('value' in parsed ? parsed.value : undefined)
}

/** An error the contract does not name: by servicex's own codes, else by what its status means everywhere. */
function toUndeclared(reply: WireReply, problem: ReadProblem): FailureOutcome {
  const { status, headers } = reply
  const code = toTransportCode(status, problem.code)
  const safe = headerOf(headers, 'x-retry-safe') === '1'
  const isGateway = status === 429 || (status >= 502 && status <= 504)
  return failed(code, reply, {
    reason: [problem.code === code ? undefined : problem.code, problem.title, ...problem.issues]
      .filter((part) => part !== undefined)
      .join(', '),
    processed: safe ? 'no' : isGateway ? 'maybe' : 'yes',
    traceId: problem.traceId,
    hops: problem.hops,
  })
}

function toTransportCode(status: number, code: string | undefined): TransportCode {
  if (isTransportCode(code) && status >= 429 && code !== 'cancelled') return code
  switch (status) {
    case 429:
      return 'overloaded'
    case 502:
    case 503:
      return 'unavailable'
    case 504:
      return 'deadline_exceeded'
    default:
      return 'undeclared'
  }
}

interface Finding {
  readonly reason: string
  readonly processed: FailureOutcome['processed']
  readonly traceId?: string | undefined
  readonly hops?: FailureOutcome['hops']
}

function failed(
  code: TransportCode,
  { status, headers }: { readonly status: number; readonly headers: ReplyHeaders },
  { reason, processed, traceId, hops = [] }: Finding,
): FailureOutcome {
  return {
    kind: 'failure',
    code,
    reason,
    processed,
    sent: true,
    status,
    headers,
    retryAfterMs: toRetryAfterMs(headerOf(headers, 'retry-after')),
    pushbackMs: toInteger(headerOf(headers, 'x-retry-pushback-ms')),
    traceId,
    hops,
    cause: undefined,
  }
}

/** Seconds, or a date. Source: RFC 9110 §10.2.3. */
function toRetryAfterMs(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now())
}

function toInteger(value: string | undefined): number | undefined {
  return value !== undefined && /^-?\d{1,9}$/.test(value) ? Number(value) : undefined
}
