import type { LogEntry } from '../../parse/sigstore-answers.ts'
import type { Digest } from './oci.ts'

/** What keyless signatures are stored as. Source: sigstore's protobuf-specs, `sigstore_bundle.proto`. */
export const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json'

/** The statement that an image is signed, as cosign 3 makes and reads it. */
const PREDICATE_TYPE = 'https://sigstore.dev/cosign/sign/v1'

/** Source: in-toto attestation framework, v1. */
const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1'

/** The media type of what is signed. */
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json'

/** What a list of referrers says of a signature: cosign looks for it there. */
export const BUNDLE_ANNOTATIONS: Readonly<Record<string, string>> = {
  'dev.sigstore.bundle.content': 'dsse-envelope',
  'dev.sigstore.bundle.predicateType': PREDICATE_TYPE,
}

/** Gives the text that is signed: that an image of this digest is ours. The same image gives the same text. */
export function toStatement(digest: Digest): string {
  const [algorithm = '', value] = digest.split(':')
  return JSON.stringify({
    _type: STATEMENT_TYPE,
    subject: [{ digest: { [algorithm]: value } }],
    predicateType: PREDICATE_TYPE,
    predicate: {},
  })
}

/** Gives what the signature of a text is made of. Source: DSSE protocol, "PAE". The text is ASCII. */
export function toPreAuthEncoding(payload: string): string {
  return `DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} ${payload}`
}

/** A signed text; both in base64. */
export interface SignedText {
  readonly payload: string
  readonly signature: string
}

/** An envelope with one signature, as DSSE writes it. */
export interface Envelope {
  readonly payload: string
  readonly payloadType: string
  readonly signatures: readonly { readonly sig: string }[]
}

/** Gives a signed text as an envelope. */
export function toEnvelope({ payload, signature }: SignedText): Envelope {
  return { payload, payloadType: PAYLOAD_TYPE, signatures: [{ sig: signature }] }
}

/** Gives what Rekor is asked to log; `certificate` is its PEM in base64. */
export function toLogRequest(envelope: Envelope, certificate: string): object {
  return {
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      proposedContent: { envelope: JSON.stringify(envelope), verifiers: [certificate] },
    },
  }
}

/** What a bundle is made of; `certificate` is its DER in base64. */
export interface BundleParts {
  readonly envelope: Envelope
  readonly certificate: string
  readonly entry: LogEntry
  /** In base64, of the entry. */
  readonly logId: string
  /** In base64, of the proof: its root, then the others. */
  readonly hashes: { readonly root: string; readonly path: readonly string[] }
}

/** Gives all that it takes to prove a signature without asking anybody. Long numbers are strings, as protobuf writes them. */
export function toBundle({ envelope, certificate, entry, logId, hashes }: BundleParts): object {
  const { signedEntryTimestamp, inclusionProof } = entry.verification
  return {
    mediaType: BUNDLE_TYPE,
    verificationMaterial: {
      certificate: { rawBytes: certificate },
      tlogEntries: [
        {
          logIndex: String(entry.logIndex),
          logId: { keyId: logId },
          kindVersion: { kind: 'dsse', version: '0.0.1' },
          integratedTime: String(entry.integratedTime),
          inclusionPromise: { signedEntryTimestamp },
          inclusionProof: {
            logIndex: String(inclusionProof.logIndex),
            rootHash: hashes.root,
            treeSize: String(inclusionProof.treeSize),
            hashes: hashes.path,
            checkpoint: { envelope: inclusionProof.checkpoint },
          },
          canonicalizedBody: entry.body,
        },
      ],
      timestampVerificationData: {},
    },
    dsseEnvelope: envelope,
  }
}
