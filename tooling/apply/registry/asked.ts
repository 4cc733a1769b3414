import { ServicexError } from '../../../src/convention/servicex-error.ts'
import { toPrintable } from './host.ts'

/** What was asked, for people. */
export interface Asked {
  readonly method: string
  readonly url: URL
}

/** Gives what was asked without its query: `PUT https://…/v2/billing/manifests/3fa1c2e`. */
export function toAskedText({ method, url }: Asked): string {
  return `${method} ${toPrintable(url)}`
}

/** Gives the error of a registry that gave no answer. */
export function toUnreachable(asked: Asked, error: Error, attempts = 1): ServicexError {
  const times = attempts > 1 ? `, ${attempts} times` : ''
  return new ServicexError('SERVICEX_REGISTRY_UNREACHABLE', {
    summary: `${asked.url.host} gave no answer to ${toAskedText(asked)}${times}: ${error.message}`,
    fix: toFix((error as NodeJS.ErrnoException).code ?? ''),
    cause: error,
  })
}

function toFix(code: string): string {
  if (code === 'ENOTFOUND') return 'check the name of the registry, and the proxy variables'
  if (/CERT|SELF_SIGNED|VERIFY|ISSUER/.test(code))
    return "trust the registry's certificate authority: set NODE_EXTRA_CA_CERTS to its file, or NODE_USE_SYSTEM_CA=1"
  return 'check the address, the network and the proxy, then run the command again'
}
