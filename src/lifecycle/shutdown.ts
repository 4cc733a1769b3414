import { drainClients } from '../client/call/process-drain.ts'
import type { ShutdownConfig } from '../config/config.ts'
import type { Notice, Signal } from '../context/facts.ts'
import { messageOf } from '../convention/error-record.ts'
import { refuseKeepAlive } from '../context/inbound/keep-alive.ts'
import { flushAll } from './flush.ts'
import type { Readiness } from './readiness.ts'
import { announceGoaway, closeConnections, closeServers } from './servers.ts'
import { within } from './within.ts'

/** Something of the app's to close: a pool, a consumer. */
export type ShutdownHook = () => unknown

/** What a shutdown works on. */
export interface ShutdownParts {
  readonly budgets: ShutdownConfig
  readonly readiness: Readiness
  readonly signals: readonly Signal[]
  readonly notice: Notice
}

const hooks: { readonly name: string; readonly run: ShutdownHook }[] = []

/**
 * Has `hook` run once, when the service shuts down: after the last request has ended, the latest
 * registered first, before telemetry is flushed. Its name stands in the log when it fails or is late.
 */
export function onShutdown(name: string, hook: ShutdownHook): void
export function onShutdown(hook: ShutdownHook): void
export function onShutdown(first: string | ShutdownHook, second?: ShutdownHook): void {
  const run = typeof first === 'string' ? second : first
  if (run === undefined) return
  hooks.push({
    name: typeof first === 'string' ? first : run.name || `hook ${hooks.length + 1}`,
    run,
  })
}

/**
 * Ends the service without failing a request: not ready → serve on while balancers notice → stop
 * listening → let requests end → the app's hooks → deliver telemetry. Each step has its own budget;
 * none can hold up the next. Never rejects.
 */
export async function shutDown(
  reason: string,
  { budgets, readiness, signals, notice }: ShutdownParts,
): Promise<void> {
  readiness.withdraw(`draining: ${reason}`)
  refuseKeepAlive()
  announceGoaway()
  drainClients(budgets.propagationMs + budgets.drainMs + budgets.hooksMs)
  await delay(budgets.propagationMs)
  await drain(budgets.drainMs, notice)
  await runHooks(budgets.hooksMs, notice)
  await flushAll(signals, budgets.flushMs, notice)
}

async function drain(budgetMs: number, notice: Notice): Promise<void> {
  if ((await within(budgetMs, closeServers())) === 'late') {
    notice(
      'warn',
      `requests were still under way after ${budgetMs} ms: their connections are closed`,
      {},
    )
    closeConnections()
  }
}

/** A hook may take its share of what is left, so that one that hangs leaves time for those after it. */
async function runHooks(budgetMs: number, notice: Notice): Promise<void> {
  const deadline = performance.now() + budgetMs
  for (let hook = hooks.pop(); hook !== undefined; hook = hooks.pop()) {
    const { name, run } = hook
    const shareMs = Math.max(0, deadline - performance.now()) / (hooks.length + 1)
    const result = await within(shareMs, attempt(run))
    if (result === 'late')
      notice('warn', `onShutdown hook "${name}" did not end in ${Math.round(shareMs)} ms`, {
        hook: name,
      })
    else if (result !== undefined)
      notice('warn', `onShutdown hook "${name}" failed: ${messageOf(result.error)}`, {
        hook: name,
        err: result.error,
      })
  }
}

async function attempt(run: ShutdownHook): Promise<{ readonly error: unknown } | undefined> {
  try {
    await run()
    return undefined
  } catch (error) {
    return { error }
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (ms <= 0) resolve()
    else setTimeout(resolve, ms)
  })
}
