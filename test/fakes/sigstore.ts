// A Fulcio, a Rekor and a token server of GitHub Actions in one: sigstore's own handlers, over real
// requests. What they leave out is added: its Fulcio wants the key's proof, and its Rekor answers with the
// entry as Rekor stores it.

import { createHash, generateKeyPairSync, randomUUID, verify } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { assertBundleLatest, bundleFromJSON, type SerializedBundle } from '@sigstore/bundle'
import {
  fulcioHandler,
  initializeCA,
  initializeCTLog,
  initializeTLog,
  rekorHandler,
} from '@sigstore/mock'
import { type Signer, toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify'
import { openHttpServer } from './http-server.ts'
import { Interceptor } from './interception.ts'

/** The claims of a job of GitHub Actions. Source: GitHub's documentation, "OpenID Connect reference". */
const GITHUB_CLAIMS = {
  iss: 'https://token.actions.githubusercontent.com',
  aud: 'sigstore',
  sub: 'repo:acme/billing:ref:refs/heads/main',
  repository: 'acme/billing',
  ref: 'refs/heads/main',
  job_workflow_ref: 'acme/billing/.github/workflows/release.yml@refs/heads/main',
}

/** A sigstore that listens. */
export interface FakeSigstore {
  readonly url: string
  readonly interceptor: Interceptor
  /** The bearer with which a job asks for its token. */
  readonly bearer: string
  /** The variables of a job of GitHub Actions that may ask for a token. */
  readonly jobEnv: Readonly<Record<string, string>>
  /** The settings that lead here. */
  readonly settings: { readonly fulcioUrl: string; readonly rekorUrl: string }
  /** Proves a bundle as cosign does, by the root of trust of this instance; throws when it is no proof. */
  readonly verify: (bundle: SerializedBundle, policy?: SignerPolicy) => Signer
  readonly close: () => Promise<void>
}

/** Who must have signed. */
export interface SignerPolicy {
  readonly subjectAlternativeName: string
  readonly extensions: { readonly issuer: string }
}

/** Opens a sigstore; the caller closes it. Certificates name the workflow of a token, else its subject. */
export async function openFakeSigstore(): Promise<FakeSigstore> {
  const interceptor = new Interceptor()
  const keys = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const ctLog = await initializeCTLog(keys)
  const ca = await initializeCA(keys, ctLog)
  const log = await initializeTLog('https://rekor.test', keys)
  const stored = { ...log, log: (entry: object) => log.log(toStored(entry)) }
  const handlers = [fulcioHandler(ca, { subjectClaim: 'san' }), rekorHandler(stored)]
  const bearer = `bearer-${randomUUID()}`
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://sigstore')
    if (pathname === '/token') {
      const isAllowed = request.headers.authorization === `Bearer ${bearer}`
      const token = toToken({ aud: searchParams.get('audience') ?? '' })
      response.writeHead(isAllowed ? 200 : 403, { 'content-type': 'application/json' })
      response.end(JSON.stringify(isAllowed ? { value: token } : { message: 'no' }))
      return
    }
    const handler = handlers.find(({ path }) => path === pathname)
    const body = await text(request)
    const isDoubted = pathname.endsWith('/signingCert') && !isPossessed(body)
    const said = isDoubted ? { statusCode: 400, response: '{}' } : await handler?.fn(body)
    response.writeHead(said?.statusCode ?? 404, { 'content-type': 'application/json' })
    response.end(said?.response)
  }
  const { url, close } = await openHttpServer((request, response) => {
    if (interceptor.take(request, response)) return
    answer(request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  const trust = toTrust({ ca: ca.rootCertificate, ctLog, log })
  return {
    url,
    interceptor,
    bearer,
    jobEnv: {
      GITHUB_ACTIONS: 'true',
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer,
    },
    settings: { fulcioUrl: url, rekorUrl: `${url}/` },
    verify: (json, policy) => {
      const bundle = bundleFromJSON(json)
      assertBundleLatest(bundle)
      return new Verifier(trust).verify(toSignedEntity(bundle), policy)
    },
    close,
  }
}

/** Gives a token with the claims of a job, and others over them. Nobody has signed it. */
export function toToken(claims: Readonly<Record<string, string | number | boolean>> = {}): string {
  const workflow = claims['job_workflow_ref'] ?? GITHUB_CLAIMS.job_workflow_ref
  const payload = {
    ...GITHUB_CLAIMS,
    san: `https://github.com/${workflow.toString()}`,
    exp: Math.floor(Date.now() / 1000) + 300,
    ...claims,
  }
  const encode = (value: object | string): string =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
  return [{ alg: 'RS256', typ: 'JWT' }, payload, 'sentinel-signature'].map(encode).join('.')
}

/** Whoever asks for a certificate must hold the key, and sign the subject of the token with it. */
function isPossessed(body: string): boolean {
  const { credentials, publicKeyRequest } = JSON.parse(body) as {
    readonly credentials: { readonly oidcIdentityToken: string }
    readonly publicKeyRequest: {
      readonly publicKey: { readonly content: string }
      readonly proofOfPossession: string
    }
  }
  const payload = credentials.oidcIdentityToken.split('.')[1] ?? ''
  const { sub, email } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
    readonly sub: string
    readonly email?: string
  }
  const { publicKey, proofOfPossession } = publicKeyRequest
  const proof = Buffer.from(proofOfPossession, 'base64')
  return verify('sha256', Buffer.from(email ?? sub), publicKey.content, proof)
}

interface Proposed {
  readonly apiVersion: string
  readonly kind: string
  readonly spec: {
    readonly proposedContent: { readonly envelope: string; readonly verifiers: readonly string[] }
  }
}

/** Gives a proposed entry as Rekor stores it. Source: Rekor, `dsse_v0_0_1_schema.json`. */
function toStored(entry: object): object {
  const { apiVersion, kind, spec } = entry as Proposed
  const { envelope, verifiers } = spec.proposedContent
  const { payload, signatures } = JSON.parse(envelope) as {
    readonly payload: string
    readonly signatures: readonly { readonly sig: string }[]
  }
  const hash = (bytes: string | Buffer): object => ({
    algorithm: 'sha256',
    value: createHash('sha256').update(bytes).digest('hex'),
  })
  return {
    apiVersion,
    kind,
    spec: {
      envelopeHash: hash(envelope),
      payloadHash: hash(Buffer.from(payload, 'base64')),
      signatures: signatures.map(({ sig }, at) => ({ signature: sig, verifier: verifiers[at] })),
    },
  }
}

interface Trusted {
  readonly ca: ArrayBufferView<ArrayBuffer>
  readonly ctLog: { readonly logID: ArrayBufferView<ArrayBuffer>; readonly publicKey: Buffer }
  readonly log: { readonly publicKey: Buffer }
}

/** The root of trust of this instance, as the TUF repository of a public one gives it. */
function toTrust({ ca, ctLog, log }: Trusted): ReturnType<typeof toTrustMaterial> {
  const validFor = { start: new Date(Date.now() - 60_000) }
  const toLog = (id: Buffer, rawBytes: Buffer): object => ({
    baseUrl: 'https://rekor.test',
    hashAlgorithm: 1,
    publicKey: { rawBytes, keyDetails: 5, validFor },
    logId: { keyId: id },
  })
  const root = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    certificateAuthorities: [
      {
        validFor,
        certChain: { certificates: [{ rawBytes: toBuffer(ca) }] },
        uri: 'https://ca.test',
      },
    ],
    tlogs: [toLog(createHash('sha256').update(log.publicKey).digest(), log.publicKey)],
    ctlogs: [toLog(toBuffer(ctLog.logID), ctLog.publicKey)],
    timestampAuthorities: [],
  }
  return toTrustMaterial(root as unknown as Parameters<typeof toTrustMaterial>[0])
}

function toBuffer(view: ArrayBufferView | ArrayBuffer): Buffer {
  if (!ArrayBuffer.isView(view)) return Buffer.from(view)
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength)
}
