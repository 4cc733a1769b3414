import { tooLarge } from './decode-body.ts'
import type { FailureOutcome } from './policy.ts'
import type { TransportCode } from './transport-code.ts'
import type { WireBreak } from './wire.ts'

/** Node's and undici's codes of connections that never were, and what they mean to a person. */
const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ENOTFOUND: 'its name leads nowhere',
  EAI_AGAIN: 'its name cannot be looked up just now',
  UND_ERR_CONNECT_TIMEOUT: 'it did not take the connection in time',
  ERR_LINK_LOCAL: 'its name leads to a link-local address',
}
const MALFORMED = /^HPE_|^UND_ERR_(?:HEADERS_OVERFLOW|RES_)/

/** Gives what an attempt without a whole reply came to. */
export function toBreakOutcome(broken: WireBreak, maxBytes: number): FailureOutcome {
  const { code, reason } = explain(broken, maxBytes)
  return {
    kind: 'failure',
    code,
    reason,
    processed: broken.sent ? 'maybe' : 'no',
    sent: broken.sent,
    status: broken.status,
    headers: broken.headers,
    retryAfterMs: undefined,
    pushbackMs: undefined,
    traceId: undefined,
    hops: [],
    cause: broken.error,
  }
}

function explain(
  { why, sent, status, error }: WireBreak,
  maxBytes: number,
): { code: TransportCode; reason: string } {
  switch (why) {
    case 'deadline':
      return { code: 'deadline_exceeded', reason: deadlineReason(sent, status) }
    case 'cancelled':
      return { code: 'cancelled', reason: 'the caller gave up' }
    case 'too_large':
      return { code: 'bad_response', reason: tooLarge(maxBytes) }
    case 'error':
      return explainError(error, status)
  }
}

function deadlineReason(sent: boolean, status: number | undefined): string {
  if (!sent) return 'no connection in time'
  return status === undefined ? 'no reply in time' : 'its body did not end in time'
}

function explainError(
  error: unknown,
  status: number | undefined,
): { code: TransportCode; reason: string } {
  const code = codeOf(error)
  if (isMalformed(error, code))
    return { code: 'bad_response', reason: `it is not HTTP (${code ?? 'HTTPParserError'})` }
  const reason =
    (code === undefined ? undefined : UNREACHABLE[code]) ??
    (status === undefined ? 'the connection broke' : 'its body was cut')
  return { code: 'unavailable', reason: code === undefined ? reason : `${reason} (${code})` }
}

/** Some of undici's parser errors have no code. */
function isMalformed(error: unknown, code: string | undefined): boolean {
  if (code !== undefined) return MALFORMED.test(code)
  return error instanceof Error && error.name === 'HTTPParserError'
}

/** The code of the error, or of the one beneath it: several addresses fail together. */
function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { code, errors, cause } = error as { code?: unknown; errors?: unknown; cause?: unknown }
  if (typeof code === 'string') return code
  return codeOf(Array.isArray(errors) ? errors[0] : cause)
}
