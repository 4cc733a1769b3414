import type { ProxyVariables } from '../../parse/registry-environment.ts'
import type { Signing } from '../../parse/signing.ts'
import type { Digest } from '../../plan/image/oci.ts'
import type { RegistryClient } from '../registry/registry-client.ts'
import {
  listImages,
  type SignedImage,
  type SignOutcome,
  signImages,
} from '../registry/sign-image.ts'

/** What was signed, and by whom. */
export interface Signed {
  readonly by: Signing['kind']
  /** `present`: all of them had been, by the same key or identity. */
  readonly outcome: SignOutcome
  /** The images in it, one a platform, then the image itself. */
  readonly digests: readonly Digest[]
  /** Whom the certificate names; a key names nobody. */
  readonly identity?: string
}

/** Signs an image that is in a registry by its digest. */
export type Signer = (client: RegistryClient, image: SignedImage) => Promise<Signed>

/** Gives what signs with a key, or by the identity of the job; rejects at once when there is none. */
export async function openSigner(signing: Signing, proxy: ProxyVariables): Promise<Signer> {
  if (signing.kind === 'key')
    return async (client, image) => ({
      by: 'key',
      outcome: await signImages(client, image, signing.key),
      digests: await listImages(client, image),
    })
  const { openKeylessSigner } = await import('./sign-keyless.ts')
  const signKeyless = await openKeylessSigner({ signing, proxy })
  return async (client, image) => ({ by: 'keyless', ...(await signKeyless(client, image)) })
}

/** Gives what was signed as a person reads it: `signed …`. */
export function toSignedText({ by, outcome, identity }: Signed, name: string): string {
  const whose = identity === undefined ? 'with this key' : `by ${identity}`
  if (outcome === 'present') return `${name} is signed ${whose} already`
  return by === 'key' ? `signed ${name}` : `signed ${name} ${whose}`
}
