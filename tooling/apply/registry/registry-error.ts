import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { Asked } from './asked.ts'
import { toAskedText, toUnreachable } from './asked.ts'
import type { FoundCredential } from './credentials.ts'
import type { Redactor } from './redactor.ts'
import { PassingFailure } from './retry.ts'
import type { HttpAnswer } from './transport.ts'
import { readBytes } from './read-bytes.ts'

/** An error text of a registry is a short JSON object; more of it is not looked at. */
const MAX_ERROR_BYTES = 64 * 1024

/** Gives the error of an answer that is neither what was hoped for nor expected to pass. */
export async function toAnswerError(
  asked: Asked,
  answer: HttpAnswer,
  redactor: Redactor,
): Promise<ServicexError> {
  const said = await readRegistryText(answer, redactor)
  return new ServicexError('SERVICEX_REGISTRY_FAILED', {
    summary: `${asked.url.host} answered ${answer.status} to ${toAskedText(asked)}`,
    details: said === '' ? [] : [`it says: ${said}`],
    fix: 'look into what the registry says, then run the command again',
  })
}

/** Gives the error of a registry that does not let us: who we said we are, and where else was looked. */
export function toDeniedError(
  asked: Asked,
  { found, said }: { readonly found: FoundCredential; readonly said: string },
): ServicexError {
  const { source, tried } = found
  return new ServicexError('SERVICEX_REGISTRY_DENIED', {
    summary:
      source === undefined
        ? `${asked.url.host} wants to know who asks, and there are no credentials for it (${toAskedText(asked)})`
        : `${asked.url.host} does not allow ${toAskedText(asked)} with the credentials of ${source}`,
    details: [
      ...(said === '' ? [] : [`it says: ${said}`]),
      ...tried.map((place) => `looked in ${place}`),
    ],
    fix:
      source === undefined
        ? `log in to ${asked.url.host}, so that a file or a helper knows it, or set DOCKER_AUTH_CONFIG`
        : 'log in with an account that may do this, or ask the owner of the registry',
  })
}

/** Gives the error to show for a failure that did not pass; any other is passed on. */
export function toLastError(asked: Asked, error: unknown, attempts: number): unknown {
  if (!(error instanceof PassingFailure)) return error
  return ServicexError.is(error.cause) ? error.cause : toUnreachable(asked, error, attempts)
}

/** Gives the messages of a registry's answer as one short line; empty when there are none. Ends its body. */
export async function readRegistryText(answer: HttpAnswer, redactor: Redactor): Promise<string> {
  try {
    const text = (await readBytes(answer.body, MAX_ERROR_BYTES, 'a registry')).toString('utf8')
    return redactor.print(toMessages(text) ?? text)
  } catch {
    // The status was the answer; its text is an extra.
    return ''
  }
}

function toMessages(text: string): string | undefined {
  try {
    const { errors } = JSON.parse(text) as { readonly errors?: unknown }
    if (!Array.isArray(errors)) return undefined
    const lines = errors.map(
      (error: { readonly code?: unknown; readonly message?: unknown } | null) =>
        [error?.code, error?.message].filter((part) => typeof part === 'string').join(': '),
    )
    return lines.join('; ')
  } catch {
    return undefined
  }
}
