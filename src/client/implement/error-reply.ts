import { encodeOutput } from './check-output.ts'
import type { Exchange } from './exchange.ts'
import { toFailureReply } from './failure-reply.ts'
import type { OutgoingReply } from './outgoing-reply.ts'
import { toProblemReply } from './problem-reply.ts'
import { DeclaredError } from './refusal.ts'

/** Gives the reply to whatever a request ended with: a declared error, a refusal, or a failure. Never rejects. */
export async function toErrorReply(error: unknown, exchange: Exchange): Promise<OutgoingReply> {
  try {
    return (await toDeclaredReply(error, exchange)) ?? toFailureReply(error, exchange.deadline)
  } catch (failure) {
    return toFailureReply(failure, exchange.deadline)
  }
}

/** Only of the operation's own errors: another operation's code means nothing to this caller. */
async function toDeclaredReply(
  error: unknown,
  { served, options }: Exchange,
): Promise<OutgoingReply | undefined> {
  if (!(error instanceof DeclaredError) || error.operation !== served.name) return undefined
  const { code } = error
  const declared = served.model.errors.get(code)
  if (declared === undefined) return undefined
  const { status, data: schema } = declared
  const place = { operation: served.name, place: `errors.${code}`, mode: options.output }
  const data = schema && (await encodeOutput(schema, error.data, place))
  return toProblemReply({ status, code, data, facts: {} })
}
