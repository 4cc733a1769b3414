import { z } from 'zod'

/** An entry of the log, as Rekor gives it. */
export interface LogEntry {
  /** The document that was logged, in base64. */
  readonly body: string
  /** Seconds since 1970. */
  readonly integratedTime: number
  /** In hexadecimal digits. */
  readonly logID: string
  readonly logIndex: number
  readonly verification: {
    readonly signedEntryTimestamp: string
    readonly inclusionProof: {
      readonly checkpoint: string
      readonly hashes: readonly string[]
      readonly logIndex: number
      readonly rootHash: string
      readonly treeSize: number
    }
  }
}

/** What a logged document says of a signature. */
export interface LoggedSignature {
  readonly kind: string
  readonly apiVersion: string
  readonly spec: {
    readonly payloadHash: { readonly value: string }
    readonly signatures: readonly { readonly signature: string }[]
  }
}

const CHAIN = z.object({ chain: z.object({ certificates: z.array(z.string()).min(1) }) })

const CERTIFICATES = z.union([
  z.object({ signedCertificateEmbeddedSct: CHAIN }),
  z.object({ signedCertificateDetachedSct: CHAIN }),
])

const INDEX = z.int().nonnegative()
const HEX = z.string().regex(/^[0-9a-f]+$/)

const ENTRY: z.ZodType<LogEntry> = z.object({
  body: z.base64(),
  integratedTime: INDEX,
  logID: HEX,
  logIndex: INDEX,
  verification: z.object({
    signedEntryTimestamp: z.base64(),
    inclusionProof: z.object({
      checkpoint: z.string(),
      hashes: z.array(HEX),
      logIndex: INDEX,
      rootHash: HEX,
      treeSize: INDEX,
    }),
  }),
})

const LOGGED: z.ZodType<LoggedSignature> = z.object({
  kind: z.string(),
  apiVersion: z.string(),
  spec: z.object({
    payloadHash: z.object({ value: z.string() }),
    signatures: z.array(z.object({ signature: z.string() })),
  }),
})

const BUNDLE = z.object({
  verificationMaterial: z.object({ certificate: z.object({ rawBytes: z.base64() }) }),
  dsseEnvelope: z.object({
    payload: z.base64(),
    payloadType: z.string(),
    signatures: z.tuple([z.object({ sig: z.base64() })]),
  }),
})

const CLAIMS = z.object({
  sub: z.string().min(1),
  email: z.string().min(1).optional(),
  email_verified: z.union([z.boolean(), z.string()]).optional(),
  exp: z.number(),
})

/** Gives the certificates of Fulcio's answer in PEM, the signer's first; `undefined` for another answer. */
export function toCertificates(answer: unknown): readonly string[] | undefined {
  const { data } = CERTIFICATES.safeParse(answer)
  if (data === undefined) return undefined
  const { chain } =
    'signedCertificateEmbeddedSct' in data
      ? data.signedCertificateEmbeddedSct
      : data.signedCertificateDetachedSct
  return chain.certificates
}

/** Gives the one entry of Rekor's answer, which is named by its id; `undefined` for another answer. */
export function toLogEntry(answer: unknown): LogEntry | undefined {
  const { data } = z.record(z.string(), ENTRY).safeParse(answer)
  const entries = Object.values(data ?? {})
  return entries.length === 1 ? entries[0] : undefined
}

/** Reads the document of an entry; `undefined` when it is of another kind than a signed statement. */
export function toLoggedSignature(body: string): LoggedSignature | undefined {
  return LOGGED.safeParse(toJson(Buffer.from(body, 'base64').toString('utf8'))).data
}

/** Reads what a bundle of a signature says, as far as it tells whose it is; `undefined` for another. */
export function toSignedBundle(text: string): z.infer<typeof BUNDLE> | undefined {
  return BUNDLE.safeParse(toJson(text)).data
}

/** What a token says of its holder. */
export interface IdentityClaims {
  /** What Fulcio wants a signature of: the address of a person, the subject of a job. */
  readonly subject: string
  /** Seconds since 1970. */
  readonly expiresAt: number
}

/** Reads the claims of an OIDC token, unproved; `undefined` when it is none. */
export function toIdentityClaims(token: string): IdentityClaims | undefined {
  const [, payload = '', ...rest] = token.split('.')
  if (rest.length !== 1) return undefined
  const { data } = CLAIMS.safeParse(toJson(Buffer.from(payload, 'base64url').toString('utf8')))
  if (data === undefined) return undefined
  const isVerified = data.email_verified === true || data.email_verified === 'true'
  return { subject: (isVerified ? data.email : undefined) ?? data.sub, expiresAt: data.exp }
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
