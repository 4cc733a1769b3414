import type { DeployContext } from '../apply/deploy/deploy-context.ts'
import type { Report } from '../apply/deploy/reporter.ts'
import { readDeclaredName } from '../parse/app-name.ts'
import type { CommandContext } from './command.ts'
import { interruptible } from './interruptible.ts'
import { openTarget, type Target } from './open-target.ts'

/** An app in the cluster of an environment. */
export interface OpenApp extends Target {
  /** Its name: its namespace. */
  readonly app: string
  readonly signal: AbortSignal
}

/** Opens the app that the working directory holds, in an environment's cluster, for as long as `run` takes. */
export async function withApp(
  context: CommandContext,
  environment: string,
  run: (app: OpenApp) => Promise<void>,
): Promise<void> {
  return withAppOf(await openTarget(context.host, environment), context, run)
}

/** Opens the app as `withApp` does, for what changes nothing: a cluster that does not answer is given up soon. */
export async function withAppToRead(
  context: CommandContext,
  environment: string,
  run: (app: OpenApp) => Promise<void>,
): Promise<void> {
  return withAppOf(await openTarget(context.host, environment, { isReadOnly: true }), context, run)
}

async function withAppOf(
  target: Target,
  context: CommandContext,
  run: (app: OpenApp) => Promise<void>,
): Promise<void> {
  try {
    const app = await readDeclaredName(target.project)
    await interruptible(context, (signal) => {
      const client = target.client.within({ signal })
      return run({ ...target, client, app, signal })
    })
  } finally {
    target.client.close()
  }
}

/** Gives what the steps of a deploy work with. */
export function toDeployContext(
  { client, app, environment, signal }: OpenApp,
  report: Report,
): DeployContext {
  return {
    client,
    app,
    environment: environment.name,
    report,
    signal,
    now: Date.now,
    sleep: (ms) => sleepUntilAborted(ms, signal),
  }
}

/** Waits; rejects with the signal's reason when it is aborted. */
export function sleepUntilAborted(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const give = (): void => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', give)
      resolve()
    }, ms)
    signal.addEventListener('abort', give, { once: true })
  })
}
