import { operationOf } from '../context/inbound-http.ts'
import { importAsApp } from './app-module.ts'
import { patchMethod } from './prototype-patch.ts'

interface KoaContext {
  readonly req: object
  /** The template, as @koa/router notes it. */
  readonly _matchedRoute?: unknown
}

type Middleware = (context: KoaContext) => Promise<unknown>

/**
 * Names the route and the errors of Koa apps: `handleRequest` of the Application prototype sees every
 * request of apps made before and after. Resolves when it is in force; rejects when there is no Koa.
 */
export async function patchKoa(root: string): Promise<void> {
  const { default: Application } = (await importAsApp('koa', root)) as {
    default: { prototype: unknown }
  }
  patchMethod(Application.prototype, 'handleRequest', (original) => {
    return function handleRequest(this: unknown, context: KoaContext, middleware: Middleware) {
      return original.call(this, context, (given: KoaContext) => observe(given, middleware(given)))
    }
  })
}

async function observe(context: KoaContext, work: Promise<unknown>): Promise<unknown> {
  const operation = operationOf(context.req)
  try {
    return await work
  } catch (error) {
    operation?.fail(error)
    throw error
  } finally {
    if (typeof context._matchedRoute === 'string') operation?.setRoute(context._matchedRoute)
  }
}
