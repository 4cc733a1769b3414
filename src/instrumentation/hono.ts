import { currentScope } from '../context/scope.ts'
import { RequestOperation } from '../context/request-operation.ts'
import { importAsApp } from './app-module.ts'
import { onLoaded } from './cjs-loads.ts'
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
  // An app that requires Hono has another copy of it; the router of a new app leads to that one's prototype.
  onLoaded('hono', (exported) => {
    const { Hono } = exported as { Hono?: new () => { router: object } }
    if (Hono !== undefined) patchRouter(Object.getPrototypeOf(new Hono().router))
  })
  const loads = await Promise.allSettled(
    ROUTERS.map(async ([specifier, exportName]) => {
      const { [exportName]: router } = await importAsApp(specifier, root)
      patchRouter((router as { prototype: unknown }).prototype)
    }),
  )
  const [first] = loads
  if (first?.status === 'rejected' && loads.every(({ status }) => status === 'rejected'))
    throw first.reason
}

function patchRouter(prototype: unknown): void {
  patchMethod(prototype, 'match', (original) => observed(original as Match))
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
  const operation = currentRequest()
  if (operation === undefined) return result
  const [matched] = result
  for (const [pair] of matched) wrapOnce(pair)
  // Until a handler runs, the route is the one that is next: middleware may refuse before.
  const next = matched.find(([[, route]]) => isEndpoint(route))
  if (next !== undefined) operation.setRoute(next[0][1].path)
  return result
}

/** Middleware is registered for all methods, mostly on a wildcard (`use`). */
function isEndpoint({ method, path }: HonoRoute): boolean {
  return method !== 'ALL' || !path.endsWith('*')
}

/** Match results are shared by the requests that match alike: each handler is wrapped once. */
function wrapOnce(pair: [Handler, HonoRoute]): void {
  if (WRAPPED.has(pair)) return
  WRAPPED.add(pair)
  const [handler, route] = pair
  pair[0] = function observedHandler(this: unknown, ...args: unknown[]) {
    if (isEndpoint(route)) currentRequest()?.setRoute(route.path)
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
  currentRequest()?.fail(error)
}

function currentRequest(): RequestOperation | undefined {
  const input = currentScope()?.input
  return input instanceof RequestOperation ? input : undefined
}
