import type { KeyObject } from 'node:crypto'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { type IdentitySource, readIdentitySource } from './identity-source.ts'
import type { Settings } from './settings.ts'
import { readSigningKey } from './signing-key.ts'

/** What images are signed with: a key, or the identity of the job, which sigstore certifies and logs. */
export type Signing =
  | { readonly kind: 'key'; readonly key: KeyObject }
  | {
      readonly kind: 'keyless'
      readonly identity: IdentitySource
      /** The certificate authority. */
      readonly fulcioUrl: string
      /** The log. */
      readonly rekorUrl: string
    }

/** The word for `--sign` that is no key. */
const KEYLESS = 'keyless'

/** Sigstore's public instances. Source: docs.sigstore.dev. */
const PUBLIC = {
  fulcioUrl: 'https://fulcio.sigstore.dev',
  rekorUrl: 'https://rekor.sigstore.dev',
} as const

/**
 * Reads what `--sign` names: `keyless`, or the place of a key.
 *
 * Rejects with SERVICEX_SIGNING_KEY_INVALID or SERVICEX_SIGNING_IDENTITY; no secret is in the error.
 */
export async function readSigning(
  place: string,
  {
    env,
    settings,
  }: { readonly env: Readonly<Record<string, string | undefined>>; readonly settings: Settings },
): Promise<Signing> {
  if (place !== KEYLESS) return { kind: 'key', key: await readSigningKey(place, env) }
  return { kind: 'keyless', identity: readIdentitySource(env), ...toAddresses(settings) }
}

/** Half a private sigstore is a mistake that would tell the public log of private work. */
function toAddresses({ fulcioUrl, rekorUrl }: Settings): typeof PUBLIC | Required<Addresses> {
  if (fulcioUrl === undefined && rekorUrl === undefined) return PUBLIC
  if (fulcioUrl !== undefined && rekorUrl !== undefined) return { fulcioUrl, rekorUrl }
  const [has, lacks] =
    fulcioUrl === undefined ? ['rekorUrl', 'fulcioUrl'] : ['fulcioUrl', 'rekorUrl']
  throw new ServicexError('SERVICEX_SETTINGS_INVALID', {
    summary: `${has} is set and ${lacks} is not: one of the two would be sigstore's public instance`,
    fix: `set both in package.json#servicex, or SIGSTORE_FULCIO_URL and SIGSTORE_REKOR_URL`,
  })
}

type Addresses = Pick<Settings, 'fulcioUrl' | 'rekorUrl'>
