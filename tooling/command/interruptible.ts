import { ServicexError } from '../../src/convention/servicex-error.ts'
import { isApiError } from '../apply/cluster/api-error.ts'
import { EXIT } from '../report/exit-code.ts'
import { toPlainLine } from '../report/plain-text.ts'
import type { CommandContext } from './command.ts'

/**
 * Runs what changes a cluster such that Ctrl-C and SIGTERM end it in order: what has begun is finished, the
 * lock is given back, and the exit code is 130. A second one ends the process at once.
 */
export async function interruptible(
  { terminal, finish }: CommandContext,
  run: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const controller = new AbortController()
  const interrupt = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted)
    terminal.stderr.write(`\n${signal}: ending in order; once more to end at once\n`)
    controller.abort(new Error(`interrupted by ${signal}`))
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  try {
    await run(controller.signal)
  } catch (error) {
    if (!controller.signal.aborted) throw toClusterError(error)
    terminal.stderr.write('interrupted: the same command goes on from here\n')
    finish(EXIT.interrupted)
  } finally {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
  }
}

const FIXES: Readonly<Record<number, string>> = {
  401: 'log in again, or correct the credentials of the context in your kubeconfig',
  403: 'give the account the right that the message names',
}

/** Gives the refusal of an API server as our own error; anything else as it is. */
export function toClusterError(error: unknown): unknown {
  if (!isApiError(error)) return error
  return new ServicexError('SERVICEX_CLUSTER_REFUSED', {
    summary: `the API server refused it (${error.status}): ${toPlainLine(error.message)}`,
    details: error.causes.map(({ field, message }) => `${field ?? ''}  ${message ?? ''}`.trim()),
    fix: FIXES[error.status] ?? 'correct what the message names',
    cause: error,
  })
}
