import { verify, X509Certificate } from 'node:crypto'
import { toReferenceText, withVersion } from '../../parse/image-reference.ts'
import { toSignedBundle } from '../../parse/sigstore-answers.ts'
import { toManifest } from '../../plan/image/oci-json.ts'
import type { Descriptor } from '../../plan/image/oci.ts'
import {
  BUNDLE_TYPE,
  PAYLOAD_TYPE,
  toPreAuthEncoding,
  toStatement,
} from '../../plan/image/sigstore-bundle.ts'
import type { RegistryClient, Repository } from '../registry/registry-client.ts'
import type { Certified } from './certify.ts'

/** Of more signatures than these, no more are looked at: another one is made. */
const MAX_SIGNATURES = 50

/** Says whether an image has a signature of the same identity, certified by the same authority. */
export async function hasSignature(
  client: RegistryClient,
  { repository, subject }: { readonly repository: Repository; readonly subject: Descriptor },
  certified: Certified,
): Promise<boolean> {
  const referrers = await client.listReferrers(repository, subject.digest)
  const bundles = referrers.filter(({ artifactType }) => artifactType === BUNDLE_TYPE)
  const statement = toStatement(subject.digest)
  for (const referrer of bundles.slice(0, MAX_SIGNATURES))
    if (isBy(certified, await readBundle(client, repository, referrer), statement)) return true
  return false
}

async function readBundle(
  client: RegistryClient,
  { registry, repository }: Repository,
  { digest }: Descriptor,
): Promise<string> {
  const reference = withVersion({ registry, repository }, { digest })
  const { json } = await client.readManifest(reference)
  const [layer] = toManifest({ where: toReferenceText(reference), value: json }).layers
  if (layer === undefined) return ''
  return (await client.readBlob({ registry, repository }, layer)).toString('utf8')
}

/** What others left there is looked at, and never trusted: a signature that is none is made again. */
function isBy({ certificate, issuer }: Certified, text: string, statement: string): boolean {
  const bundle = toSignedBundle(text)
  if (bundle === undefined || issuer === undefined) return false
  const { payload, payloadType, signatures } = bundle.dsseEnvelope
  if (payloadType !== PAYLOAD_TYPE || Buffer.from(payload, 'base64').toString() !== statement)
    return false
  try {
    const der = Buffer.from(bundle.verificationMaterial.certificate.rawBytes, 'base64')
    const theirs = new X509Certificate(der)
    const signed = Buffer.from(toPreAuthEncoding(statement))
    return (
      theirs.subjectAltName === certificate.subjectAltName &&
      theirs.verify(issuer.publicKey) &&
      verify('sha256', signed, theirs.publicKey, Buffer.from(signatures[0].sig, 'base64'))
    )
  } catch {
    return false
  }
}
