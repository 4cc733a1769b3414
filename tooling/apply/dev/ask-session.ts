import { ServicexError } from '../../../src/convention/servicex-error.ts'

/** Where a session is asked. */
export interface Asked {
  readonly url: string
  readonly token: string
}

const TIMEOUT_MS = 10_000

/**
 * Asks a running session; `undefined` when it knows nothing of the kind. Rejects with
 * SERVICEX_DEV_NOT_RUNNING when it does not answer.
 */
export async function askSession<Answer>(
  { url, token }: Asked,
  path: string,
): Promise<Answer | undefined> {
  const response = await fetch(new URL(path, url), {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw notRunning(`${url} does not answer`, cause)
  })
  if (response.status === 404) return undefined
  if (!response.ok) throw notRunning(`${url} answered ${response.status}`)
  return (await response.json()) as Answer
}

function notRunning(summary: string, cause?: unknown): ServicexError {
  return new ServicexError('SERVICEX_DEV_NOT_RUNNING', {
    summary,
    fix: 'start `kube dev` again, or give --url the address that it printed',
    ...(cause === undefined ? {} : { cause }),
  })
}
