import type { IncomingRequest } from './incoming-request.ts'
import { isStreamed, type OutgoingReply } from './outgoing-reply.ts'
import type { ServedContract } from './served-contract.ts'

/** What Hono, and everything else on the Fetch standard, mounts. */
export type FetchHandler = (request: Request) => Promise<Response>

/** Serves a contract as a function from Request to Response. */
export function mountFetch(core: ServedContract): FetchHandler {
  return async (request) => {
    const reply = (await core.find(toIncoming(request))) ?? core.refusePath()
    return toResponse(reply)
  }
}

function toIncoming(request: Request): IncomingRequest {
  const { pathname, search } = new URL(request.url)
  return {
    method: request.method,
    url: `${pathname}${search}`,
    headers: Object.fromEntries(request.headers),
    body: request.body ?? undefined,
    left: request.signal,
    source: request,
  }
}

/** Statuses whose Response may have no body. Source: Fetch standard, null body status. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304])

function toResponse({ status, headers, body }: OutgoingReply): Response {
  if (WITHOUT_BODY.has(status)) return new Response(null, { status, headers })
  if (isStreamed(body)) return new Response(ReadableStream.from(body), { status, headers })
  return new Response(body ?? null, { status, headers })
}
