import { generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto'
import { toCertificates } from '../../parse/sigstore-answers.ts'
import { type AskOptions, askJson, failed, type JsonRequest } from './ask-json.ts'
import type { Identity } from './read-identity.ts'

/** A key that lives as long as the command, and the certificate that says whose it is. */
export interface Certified {
  readonly privateKey: KeyObject
  readonly certificate: X509Certificate
  /** Who made it out; absent when Fulcio does not show. */
  readonly issuer?: X509Certificate
}

/** Lets Fulcio certify a new key for an identity; its certificates are in force for ten minutes. Rejects with SERVICEX_SIGNING_FAILED. */
export async function certify(
  options: AskOptions,
  fulcioUrl: string,
  { token, subject }: Identity,
): Promise<Certified> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const content = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const request: JsonRequest = {
    party: 'Fulcio',
    method: 'POST',
    url: new URL(`${fulcioUrl.replace(/\/+$/, '')}/api/v2/signingCert`),
    body: {
      credentials: { oidcIdentityToken: token },
      publicKeyRequest: {
        publicKey: { algorithm: 'ECDSA', content },
        proofOfPossession: sign('sha256', Buffer.from(subject), privateKey).toString('base64'),
      },
    },
  }
  const { json } = await askJson(options, request)
  const [certificate, issuer] = (toCertificates(json) ?? []).map(toCertificate)
  if (certificate === undefined) throw failed(request, 'gave an answer without a certificate')
  if (!certificate.checkPrivateKey(privateKey))
    throw failed(request, 'gave a certificate of another key')
  return { privateKey, certificate, ...(issuer === undefined ? {} : { issuer }) }
}

/** Gives whom a certificate names: an address, or the workflow that runs. */
export function toIdentityText({ subjectAltName = '' }: X509Certificate): string {
  return subjectAltName.replace(/^(?:URI|email|othername):/, '')
}

function toCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined
  }
}
