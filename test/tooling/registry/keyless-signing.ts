import type { SerializedBundle } from '@sigstore/bundle'
import { onTestFinished } from 'vitest'
import { pushImage } from '../../../tooling/apply/registry/push-image.ts'
import type { RegistryClient } from '../../../tooling/apply/registry/registry-client.ts'
import type { RetryOptions } from '../../../tooling/apply/registry/retry.ts'
import {
  type KeylessSigner,
  openKeylessSigner,
} from '../../../tooling/apply/sigstore/sign-keyless.ts'
import { readSigning, type Signing } from '../../../tooling/parse/signing.ts'
import { toManifest } from '../../../tooling/plan/image/oci-json.ts'
import type { Descriptor, Digest } from '../../../tooling/plan/image/oci.ts'
import { BUNDLE_TYPE } from '../../../tooling/plan/image/sigstore-bundle.ts'
import { openFakeRegistry } from '../../fakes/fake-registry.ts'
import { type FakeSigstore, openFakeSigstore } from '../../fakes/sigstore.ts'
import { toPush, toSampleImage } from './sample-image.ts'
import { openTestClient } from './test-client.ts'

/** Whom the certificates of a fake job name. */
export const WORKFLOW =
  'https://github.com/acme/billing/.github/workflows/release.yml@refs/heads/main'

/** Waits in no time. */
export const RETRY: RetryOptions = {
  policy: { attempts: 3, firstDelayMs: 1, maxDelayMs: 1, maxRetryAfterMs: 1000 },
  clock: { now: () => performance.now(), sleep: async () => {}, random: () => 1 },
}

/** A registry, a sigstore, and what signs with it. */
export interface KeylessRig {
  readonly host: string
  readonly client: RegistryClient
  readonly sigstore: FakeSigstore
  readonly signer: KeylessSigner
}

/** Opens a rig that the end of the test closes. */
export async function openKeylessRig({
  hasReferrers = true,
  timeoutMs = 5000,
}: { readonly hasReferrers?: boolean; readonly timeoutMs?: number } = {}): Promise<KeylessRig> {
  const registry = await openFakeRegistry({ hasReferrers })
  const client = openTestClient()
  const sigstore = await openFakeSigstore()
  for (const each of [registry, client, sigstore]) onTestFinished(async () => each.close())
  const signer = await openSigner(sigstore, sigstore.jobEnv, timeoutMs)
  return { host: registry.host, client, sigstore, signer }
}

/** Opens what signs as the variables of a job say. */
export async function openSigner(
  sigstore: FakeSigstore,
  env: Readonly<Record<string, string>> = sigstore.jobEnv,
  timeoutMs = 5000,
): Promise<KeylessSigner> {
  const settings = sigstore.settings
  const signing = (await readSigning('keyless', { env, settings })) as Extract<
    Signing,
    { kind: 'keyless' }
  >
  return openKeylessSigner({ signing, proxy: {}, timeoutMs, retry: RETRY })
}

/** An image in a registry. */
export interface Pushed {
  readonly registry: string
  readonly repository: string
  readonly digest: Digest
}

/** Pushes a small image. */
export async function pushSample(
  client: RegistryClient,
  registry: string,
  repository = 'app',
): Promise<Pushed> {
  const target = { registry, repository, tag: 'one' }
  const { digest } = await pushImage(client, toPush(toSampleImage('app'), target))
  return { registry, repository, digest }
}

/** Reads the bundles that name an image. */
export async function readBundles(
  client: RegistryClient,
  { digest, ...place }: Pushed,
): Promise<readonly SerializedBundle[]> {
  const referrers = await client.listReferrers(place, digest)
  return Promise.all(
    referrers.filter(isBundle).map(async (referrer) => {
      const { json } = await client.readManifest({ ...place, digest: referrer.digest })
      const { layers } = toManifest({ where: 'a bundle', value: json })
      const bytes = await client.readBlob(place, layers[0]!)
      return JSON.parse(bytes.toString()) as SerializedBundle
    }),
  )
}

/** Gives what a bundle states. */
export function toStatement({ dsseEnvelope }: SerializedBundle): unknown {
  return JSON.parse(Buffer.from(dsseEnvelope?.payload ?? '', 'base64').toString())
}

/** A build has its bill of materials there too. */
function isBundle({ artifactType }: Descriptor): boolean {
  return artifactType === BUNDLE_TYPE
}

/** Lists what a sigstore was asked. */
export function toCalls({ interceptor }: FakeSigstore): readonly string[] {
  return interceptor.seen.map(({ method, path }) => `${method} ${path.split('?')[0]}`)
}

/** Gives the error of what is to fail. */
export async function toError(failing: Promise<unknown>): Promise<Error> {
  return failing.then(
    () => new Error('it did not fail'),
    (error: unknown) => error as Error,
  )
}
