import { currentScope } from '../context/scope.ts'
import { RequestOperation } from '../context/operation/request-operation.ts'
import { importAsApp } from './app-module.ts'
import { loadedExports, onLoaded } from './cjs-loads.ts'
import { patchMethod } from './prototype-patch.ts'

type Handler = (...args: unknown[]) => unknown
type Matched = [handler: [Handler, HonoRoute], params: unknown][]
type MatchResult = [matched: Matched, ...rest: unknown[]]
type Match = (this: Router, method: string, path: string) => MatchResult

interface Router {
  match?: Match
}

/** What the regular-expression router makes of the routes of one method; the list has holes. */
type Matcher = readonly [
  pattern: RegExp,
  dynamic: readonly (Matched | undefined)[],
  fixed: Readonly<Record<string, readonly [Matched, ...unknown[]]>>,
]

interface HonoRoute {
  readonly basePath?: string
  readonly path: string
  readonly method: string
}

/** Hono's routers: which of them serves is decided at the first request. */
const ROUTERS: readonly (readonly [specifier: string, exportName: string])[] = [
  ['hono/router/reg-exp-router', 'RegExpRouter'],
  ['hono/router/reg-exp-router', 'PreparedRegExpRouter'],
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
  onLoaded('hono', patchRequired)
  for (const exported of loadedExports('hono')) patchRequired(exported)
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

/** An app that requires Hono has another copy of it; the router of a new app leads to that one's prototype. */
function patchRequired(exported: unknown): void {
  const { Hono } = exported as { Hono?: new () => { router: object } }
  if (Hono !== undefined) patchRouter(Object.getPrototypeOf(new Hono().router))
}

function patchRouter(prototype: unknown): void {
  patchMethod(prototype, 'match', (original) => observed(original as Match))
  patchMethod(prototype, 'buildAllMatchers', (original) => {
    return function buildAllMatchers(this: Router) {
      observeAssigned(this)
      const matchers = original.call(this) as Readonly<Record<string, Matcher>>
      for (const [, dynamic, fixed] of Object.values(matchers))
        for (const matched of [...dynamic, ...Object.values(fixed).map(([data]) => data)])
          for (const [pair] of matched ?? []) wrapOnce(pair)
      return matchers
    }
  })
}

/**
 * Since Hono 4.11 the regular-expression router has `match` on each instance and replaces it as it
 * builds its matchers, at the first request: the replacement is caught as it is assigned.
 */
function observeAssigned(router: Router): void {
  const own = router.match
  if (!Object.hasOwn(router, 'match')) return
  const assign = (value: Match): void =>
    void Object.defineProperty(router, 'match', { ...DATA_PROPERTY, value })
  Object.defineProperty(router, 'match', {
    configurable: true,
    enumerable: true,
    get: () => own,
    set(next: Match) {
      assign((...args) => note(next.call(router, ...args)))
    },
  })
}

const DATA_PROPERTY = { configurable: true, enumerable: true, writable: true } as const

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
    if (result instanceof Promise) result.then(() => failIfHandled(args[0]), fail)
    return result
  }
}

/** An app that was mounted with its own `onError` answers for its errors, and leaves them in the context. */
function failIfHandled(context: unknown): void {
  const error = (context as { error?: unknown } | undefined)?.error
  if (error !== undefined) fail(error)
}

function fail(error: unknown): void {
  currentRequest()?.fail(error)
}

function currentRequest(): RequestOperation | undefined {
  const input = currentScope()?.input
  return input instanceof RequestOperation ? input : undefined
}
