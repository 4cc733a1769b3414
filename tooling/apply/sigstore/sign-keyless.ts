// Signs images by the identity of a CI job, without a key to keep: Fulcio certifies a key that lives as
// long as the command, Rekor logs the signature, and all that proves it stands beside the image as a
// sigstore bundle. It trusts no answer to be right, and does not prove it either: who runs the image
// does, by sigstore's root of trust. See docs/decisions/0036.

import { sign } from 'node:crypto'
import { toReferenceText, withVersion } from '../../parse/image-reference.ts'
import type { ProxyVariables } from '../../parse/registry-environment.ts'
import type { Signing } from '../../parse/signing.ts'
import { toIndex } from '../../plan/image/oci-json.ts'
import type { Descriptor, Digest } from '../../plan/image/oci.ts'
import {
  BUNDLE_ANNOTATIONS,
  BUNDLE_TYPE,
  toBundle,
  toEnvelope,
  toPreAuthEncoding,
  toStatement,
} from '../../plan/image/sigstore-bundle.ts'
import { toArtifact } from '../registry/artifact.ts'
import { Redactor } from '../registry/redactor.ts'
import type { RegistryClient } from '../registry/registry-client.ts'
import { DEFAULT_RETRY, type RetryOptions, SYSTEM_CLOCK } from '../registry/retry.ts'
import type { SignedImage, SignOutcome } from '../registry/sign-image.ts'
import type { AskOptions } from './ask-json.ts'
import { type Certified, certify, toIdentityText } from './certify.ts'
import { hasSignature } from './find-signature.ts'
import { logSignature } from './log-signature.ts'
import { readIdentity } from './read-identity.ts'

/** What a keyless signature is made with. */
export interface KeylessOptions {
  readonly signing: Extract<Signing, { kind: 'keyless' }>
  readonly proxy: ProxyVariables
  readonly retry?: RetryOptions
  /** How long one try of a request may take. Default 20 000. */
  readonly timeoutMs?: number
}

/** What was signed keylessly. */
export interface KeylessOutcome {
  readonly outcome: SignOutcome
  /** The images in it, then the image. */
  readonly digests: readonly Digest[]
  /** Whom the certificate names. */
  readonly identity: string
}

const TIMEOUT_MS = 20_000
const RETRY: RetryOptions = { policy: { ...DEFAULT_RETRY, attempts: 3 }, clock: SYSTEM_CLOCK }

/** Signs images by the identity of the job. */
export type KeylessSigner = (client: RegistryClient, image: SignedImage) => Promise<KeylessOutcome>

/**
 * Sees that there is an identity, and gives what signs by it an image and, of an index, the images in it.
 *
 * Both reject with SERVICEX_SIGNING_IDENTITY and SERVICEX_SIGNING_FAILED.
 */
export async function openKeylessSigner(options: KeylessOptions): Promise<KeylessSigner> {
  const { signing, proxy, retry = RETRY, timeoutMs = TIMEOUT_MS } = options
  const asking: AskOptions = { proxy, retry, timeoutMs, redactor: new Redactor() }
  await readIdentity(asking, signing.identity)
  return async (client, image) => {
    // A push may have taken longer than the token, or a certificate, is in force.
    const identity = await readIdentity(asking, signing.identity)
    const certified = await certify(asking, signing.fulcioUrl, identity)
    const subjects = await readSubjects(client, image)
    const outcomes: SignOutcome[] = []
    for (const subject of subjects) {
      const place = { repository: image, subject }
      if (await hasSignature(client, place, certified)) outcomes.push('present')
      else outcomes.push(await signSubject({ client, asking, signing }, { ...place, certified }))
    }
    return {
      outcome: outcomes.includes('signed') ? 'signed' : 'present',
      digests: subjects.map(({ digest }) => digest),
      identity: toIdentityText(certified.certificate),
    }
  }
}

async function readSubjects(
  client: RegistryClient,
  image: SignedImage,
): Promise<readonly Descriptor[]> {
  const reference = withVersion(image, { digest: image.digest })
  const { descriptor, json } = await client.readManifest(reference)
  if (!Array.isArray(json['manifests'])) return [descriptor]
  return [...toIndex({ where: toReferenceText(reference), value: json }).manifests, descriptor]
}

interface Means {
  readonly client: RegistryClient
  readonly asking: AskOptions
  readonly signing: KeylessOptions['signing']
}

interface Subject {
  readonly repository: SignedImage
  readonly subject: Descriptor
  readonly certified: Certified
}

async function signSubject(
  { client, asking, signing }: Means,
  { repository, subject, certified }: Subject,
): Promise<'signed'> {
  const { certificate, privateKey } = certified
  const statement = toStatement(subject.digest)
  const envelope = toEnvelope({
    payload: Buffer.from(statement).toString('base64'),
    signature: sign('sha256', Buffer.from(toPreAuthEncoding(statement)), privateKey).toString(
      'base64',
    ),
  })
  const entry = await logSignature(asking, signing.rekorUrl, { envelope, certificate })
  const { rootHash, hashes } = entry.verification.inclusionProof
  const bundle = toBundle({
    envelope,
    certificate: certificate.raw.toString('base64'),
    entry,
    logId: fromHex(entry.logID),
    hashes: { root: fromHex(rootHash), path: hashes.map(fromHex) },
  })
  const artifact = toArtifact({
    type: BUNDLE_TYPE,
    bytes: Buffer.from(JSON.stringify(bundle)),
    title: 'signature.sigstore.json',
    created: new Date(entry.integratedTime * 1000).toISOString().replace('.000Z', 'Z'),
    subject,
    annotations: BUNDLE_ANNOTATIONS,
  })
  for (const blob of artifact.blobs) await client.writeBlob(repository, blob)
  await client.writeReferrer(repository, artifact.manifest, subject.digest)
  return 'signed'
}

function fromHex(text: string): string {
  return Buffer.from(text, 'hex').toString('base64')
}
