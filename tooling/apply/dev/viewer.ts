import type { IncomingMessage, ServerResponse } from 'node:http'
import { toApiAnswer } from '../../plan/dev/api-routes.ts'
import type { Target } from '../../plan/dev/guard.ts'
import type { DashboardContext, ServiceAction } from './dashboard-context.ts'
import { toLockedReply, toPageReply } from './page.ts'
import { sendReply, toJsonReply, toRefusalReply, type Reply } from './reply.ts'

/** Answers whoever looks on: the page, the API, and what can be done to services. */
export function answerViewer(
  request: IncomingMessage,
  response: ServerResponse,
  { context, target }: { readonly context: DashboardContext; readonly target: Target },
): void {
  const { access, store, streams, page } = context
  if (request.method === 'POST') request.resume()
  const isApi = target.path.startsWith('/api/')
  if (!isApi) {
    const entry = access.toEntry(target)
    if (entry !== undefined) return sendReply(response, entry)
  }
  if (!access.isAllowed(request))
    return sendReply(
      response,
      isApi ? toRefusalReply(401, 'the token of `kube dev` is missing') : toLockedReply(),
    )
  if (request.method === 'POST') return sendReply(response, act(context, target))
  if (!isApi)
    return sendReply(
      response,
      /\.\w+$/.test(target.path) && !target.path.startsWith('/metrics/')
        ? { status: 404 }
        : toPageReply(page),
    )
  if (target.path === '/api/events') {
    if (!streams.add(response)) sendReply(response, toRefusalReply(503, 'too many pages look on'))
    return
  }
  const found = toApiAnswer(store, context.session(), target)
  sendReply(
    response,
    found === undefined
      ? toJsonReply(404, { error: 'there is no such path; docs/dev.md lists them' })
      : toJsonReply(found.status, found.body),
  )
}

/** `POST /api/clear`, `POST /api/services/<name>/<action>` */
function act({ store, act: actOn, onClear }: DashboardContext, { path }: Target): Reply {
  if (path === '/api/clear') {
    store.clear()
    onClear?.()
    return toJsonReply(200, { cleared: true })
  }
  const [, name = '', action] =
    /^\/api\/services\/([a-z0-9-]+)\/(start|stop|restart)$/.exec(path) ?? []
  if (action === undefined) return toJsonReply(404, { error: 'there is no such action' })
  return actOn(name, action as ServiceAction)
    ? toJsonReply(202, { service: name, action })
    : toJsonReply(404, { error: `no service "${name}" was started here` })
}
