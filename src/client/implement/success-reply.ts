import type { ServerEvent } from '../contract/contract-types.ts'
import { encodeOutput, type OutputPlace } from './check-output.ts'
import { toEventReply } from './event-reply.ts'
import type { Exchange } from './exchange.ts'
import { toFileReply } from './file-reply.ts'
import type { SentFile } from './handler-types.ts'
import { type OutgoingReply, toEmptyReply, toJsonReply } from './outgoing-reply.ts'

/** Makes the reply of what a handler gave. Rejects with a refusal when that breaks the contract. */
export async function toSuccessReply(
  { served, options, deadline }: Exchange,
  result: unknown,
  explain: (error: unknown) => Promise<OutgoingReply>,
): Promise<OutgoingReply> {
  const { name, model } = served
  const { ok, event, status, reply } = model
  const place = (of: string): OutputPlace => ({ operation: name, place: of, mode: options.output })
  if (reply === 'file') return toFileReply(model, result as SentFile, place('ok'))
  if (reply === 'events' && event !== undefined)
    return toEventReply(result as AsyncIterable<ServerEvent<unknown>>, {
      encode: (data) => encodeOutput(event, data, place('events')),
      heartbeatMs: options.heartbeatMs,
      signal: deadline.signal,
      explain,
    })
  if (ok === undefined) return toEmptyReply(status)
  return toJsonReply(status, JSON.stringify(await encodeOutput(ok, result, place('ok'))))
}
