import type { EventEmitter } from 'node:events'
import { operationOf } from '../context/inbound/inbound-http.ts'
import { importAsApp } from './app-module.ts'
import { patchMethod } from './prototype-patch.ts'

interface KoaContext {
  readonly req: object
  readonly method: string
  /** What @koa/router notes: the path of the layer that ran last, middleware included. */
  readonly _matchedRoute?: unknown
  /** Every layer of @koa/router that matched, in the order in which they run. */
  readonly matched?: readonly { readonly path: unknown; readonly methods: readonly string[] }[]
}

interface KoaApp extends EventEmitter {
  /** Prints errors; in force only while the app has no `error` listener of its own. */
  onerror(error: unknown): void
}

/**
 * Names the route and the errors of Koa apps: `handleRequest` of the Application prototype sees every
 * request of apps made before and after. Resolves when it is in force; rejects when there is no Koa.
 */
export async function patchKoa(root: string): Promise<void> {
  const { default: Application } = (await importAsApp('koa', root)) as {
    default: { prototype: unknown }
  }
  patchMethod(Application.prototype, 'handleRequest', (original) => {
    return function handleRequest(this: KoaApp, context: KoaContext, ...rest: unknown[]) {
      listenOnce(this)
      operationOf(context.req)?.findRoute(() => routeOf(context))
      return original.call(this, context, ...rest)
    }
  })
}

const LISTENED = new WeakSet<KoaApp>()

/**
 * Koa tells its `error` listeners of everything that it answers with an error, bodies that break off
 * included. A listener stands in for Koa's own printing to stderr, by Koa's rule; requests that are
 * not recorded have their errors printed as before.
 */
function listenOnce(app: KoaApp): void {
  if (LISTENED.has(app)) return
  LISTENED.add(app)
  const prints = app.listeners('error').includes(app.onerror)
  if (prints) app.off('error', app.onerror)
  app.on('error', (error: unknown, context?: KoaContext) => {
    const operation = operationOf(context?.req)
    if (operation !== undefined) operation.fail(error)
    else if (prints) app.onerror(error)
  })
}

/** The route that runs, or is the next to run where middleware of its router still does; none when only the path matched. */
function routeOf({ method, matched = [], _matchedRoute }: KoaContext): string | undefined {
  if (_matchedRoute === undefined) return undefined
  const routes = matched.filter(({ methods }) => methods.includes(method))
  const route = routes.find(({ path }) => path === _matchedRoute) ?? routes[0]
  return typeof route?.path === 'string' ? route.path : undefined
}
