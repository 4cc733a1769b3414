import { listen } from './channel.ts'
import { operationOf } from './inbound-http.ts'

/** What express 5's router publishes before and after each layer. */
interface LayerMessage {
  readonly req: { readonly baseUrl?: string }
  readonly layer: { readonly route?: unknown }
  /** The pattern that matched: a path template, or a RegExp. */
  readonly route?: unknown
  readonly error?: unknown
}

/** Gives the template of each mount point of a request: `/org/7` → `/org/:id`. */
const mountsOf = new WeakMap<object, Map<string, string>>()

/** Names the route and the errors of Express 5 apps, and of anything else on `router` 2.3. Gives what undoes it. */
export function observeExpress(): () => void {
  return listen({
    'tracing:express.router.request:start': enterLayer,
    'tracing:express.router.request:error': ({ req, error }: LayerMessage) =>
      operationOf(req)?.fail(error),
  })
}

function enterLayer({ req, layer, route }: LayerMessage): void {
  const operation = operationOf(req)
  if (operation === undefined || route === undefined) return
  const base = req.baseUrl ?? ''
  if (layer.route !== undefined)
    operation.setRoute(joinPath(mountsOf.get(req)?.get(base) ?? '', String(route)))
  else if (base !== '') noteMount(req, base, String(route))
}

/** `req.baseUrl` holds raw path parts where a router is mounted on a parameter, so templates are kept beside it. */
function noteMount(request: object, base: string, pattern: string): void {
  const mounts = mountsOf.get(request) ?? new Map<string, string>()
  if (mounts.has(base)) return
  const parent = [...mounts.keys()]
    .filter((known) => base.startsWith(`${known}/`))
    .toSorted((a, b) => b.length - a.length)[0]
  mounts.set(base, joinPath(parent === undefined ? '' : (mounts.get(parent) ?? ''), pattern))
  mountsOf.set(request, mounts)
}

function joinPath(base: string, path: string): string {
  if (path === '/' && base !== '') return base
  return `${base.replace(/\/$/, '')}${path.startsWith('/') ? '' : '/'}${path}`
}
