import { currentScope } from '../context/scope.ts'
import { RequestOperation } from '../context/request-operation.ts'
import { importAsApp } from './app-module.ts'
import { patchMethod } from './prototype-patch.ts'

type Handler = (...args: unknown[]) => unknown
type Matched = [handler: [Handler, HonoRoute], params: unknown][]
type MatchResult = [matched: Matched, ...rest: unknown[]]
type Match = (this: { match?: unknown }, method: string, path: string) => MatchResult

interface HonoRoute {
  readonly basePath?: string
  readonly path: string
  readonly method: string
}

/** Hono's routers: which of them serves is decided at the first request. */
const ROUTERS: readonly (readonly [specifier: string, exportName: string])[] = [
  ['hono/router/reg-exp-router', 'RegExpRouter'],
  ['hono/router/trie-router', 'TrieRouter'],
  ['hono/router/smart-router', 'SmartRouter'],
  ['hono/router/linear-router', 'LinearRouter'],
  ['hono/router/pattern-router', 'PatternRouter'],
]

/**
 * Names the route and the errors of Hono apps. Hono publishes no channel and keeps its dispatch
 * private, but every request is matched by a router, whose `match` is on a prototype; apps made
 * before this are seen as well. Resolves when it is in force; rejects when there is no Hono.
 */
export async function patchHono(root: string): Promise<void> {
  for (const [specifier, exportName] of ROUTERS) {
    // oxlint-disable-next-line no-await-in-loop -- one module graph, loaded once
    const loaded = await importAsApp(specifier, root).catch(() => undefined)
    const router = loaded?.[exportName] as { prototype: unknown } | undefined
    if (router !== undefined)
      patchMethod(router.prototype, 'match', (original) => observed(original as Match))
  }
}

/** The routers replace their own `match` at the first request; the replacement is observed as well. */
function observed(original: Match): Match {
  return function match(method, path) {
    const result = original.call(this, method, path)
    const own = Object.hasOwn(this, 'match') ? (this.match as Match) : undefined
    if (own !== undefined && !OBSERVED.has(own)) {
      const next: Match = (...args) => note(own.call(this, ...args))
      OBSERVED.add(next)
      this.match = next
    }
    return note(result)
  }
}

const OBSERVED = new WeakSet<Match>()
const WRAPPED = new WeakSet<object>()

function note(result: MatchResult): MatchResult {
  const operation = currentScope()?.input
  if (!(operation instanceof RequestOperation)) return result
  const [matched] = result
  for (const [pair] of matched) wrapOnce(pair)
  const route = endpointOf(matched)
  if (route !== undefined) operation.setRoute(route.path)
  return result
}

/** The last match that is not middleware (`use` registers for all methods); a catch-all `*` names no route. */
function endpointOf(matched: Matched): HonoRoute | undefined {
  const routes = matched
    .map(([[, route]]) => route)
    .filter((route) => route.method !== 'ALL' || !route.path.endsWith('*'))
  return routes.at(-1)
}

/** Match results are shared by the requests that match alike: each handler is wrapped once. */
function wrapOnce(pair: [Handler, HonoRoute]): void {
  if (WRAPPED.has(pair)) return
  WRAPPED.add(pair)
  const handler = pair[0]
  pair[0] = function observedHandler(this: unknown, ...args: unknown[]) {
    let result: unknown
    try {
      result = handler.apply(this, args)
    } catch (error) {
      fail(error)
      throw error
    }
    if (result instanceof Promise) result.catch(fail)
    return result
  }
}

function fail(error: unknown): void {
  currentScope()?.input?.fail(error)
}
