import { listen } from '../channel.ts'
import { operationOf } from './inbound-http.ts'

/** What express 5's router publishes before and after each layer. */
interface LayerMessage {
  readonly req: RoutedRequest
  readonly layer: Layer
  /** The pattern that matched. */
  readonly route?: string | RegExp
  /** The parameter whose callback runs, where that is what runs. */
  readonly param?: string
  readonly error?: unknown
}

interface RoutedRequest {
  /** The raw path of the mounts so far. */
  readonly baseUrl?: string
  /** The route that was matched last. */
  readonly route?: { readonly stack: readonly Layer[] }
}

interface Layer {
  /** Only on the layer that leads to a route; its handlers are layers of the route's own. */
  readonly route?: unknown
  match(path: string): false | { readonly path: string }
}

/** The template of each mount of a request, by its raw path: `/org/7` → `/org/:id`. */
type Mounts = Map<string, string>

const mountsOf = new WeakMap<object, Mounts>()

/** Names the route and the errors of Express 5 apps, and of anything else on `router` 2.3. Gives what undoes it. */
export function observeExpress(): () => void {
  return listen({
    'tracing:express.router.request:start': enterLayer,
    'tracing:express.router.request:error': ({ req, error }: LayerMessage) =>
      operationOf(req)?.fail(error),
  })
}

function enterLayer({ req, layer, route, param }: LayerMessage): void {
  const operation = operationOf(req)
  if (operation === undefined || route === undefined) return
  const base = req.baseUrl ?? ''
  const leadsToRoute = layer.route !== undefined || req.route?.stack.includes(layer) === true
  if (leadsToRoute) operation.setRoute(joinPath(mountsOf.get(req)?.get(base) ?? '', String(route)))
  else if (base !== '' && param === undefined) noteMount(req, base, layer, String(route))
}

/** `req.baseUrl` holds raw path parts where a router is mounted on a parameter, so templates are kept beside it. */
function noteMount(request: object, base: string, layer: Layer, pattern: string): void {
  const mounts: Mounts = mountsOf.get(request) ?? new Map<string, string>()
  mountsOf.set(request, mounts)
  if (mounts.size === 0) return void mounts.set(base, joinPath('', pattern))
  const parent = parentOf(base, layer, mounts)
  if (parent !== undefined) mounts.set(base, joinPath(mounts.get(parent) ?? '', pattern))
}

/**
 * Gives the mount a layer stands in: the one from which its pattern leads to `base`. Middleware that
 * was mounted on a part of the path before is none (`/api`, then `/api/users`); nor has a layer one
 * that takes nothing off the path.
 */
function parentOf(base: string, layer: Layer, mounts: Mounts): string | undefined {
  const known = ['', ...mounts.keys()].filter((mount) => base.startsWith(`${mount}/`))
  return known.find((mount) => {
    const rest = base.slice(mount.length)
    const match = layer.match(rest)
    return match !== false && match.path.replace(/\/$/, '') === rest
  })
}

function joinPath(base: string, path: string): string {
  if (path === '/' && base !== '') return base
  return `${base.replace(/\/$/, '')}${path.startsWith('/') ? '' : '/'}${path}`
}
