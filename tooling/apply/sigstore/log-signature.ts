import { createHash, type X509Certificate } from 'node:crypto'
import { type LogEntry, toLogEntry, toLoggedSignature } from '../../parse/sigstore-answers.ts'
import { type Envelope, toLogRequest } from '../../plan/image/sigstore-bundle.ts'
import { type AskOptions, askJson, failed, type JsonAnswer, type JsonRequest } from './ask-json.ts'

/** Writes a signature into Rekor's log, and gives its entry. Rejects with SERVICEX_SIGNING_FAILED. */
export async function logSignature(
  options: AskOptions,
  rekorUrl: string,
  { envelope, certificate }: { readonly envelope: Envelope; readonly certificate: X509Certificate },
): Promise<LogEntry> {
  const url = new URL(`${rekorUrl.replace(/\/+$/, '')}/api/v1/log/entries`)
  const verifier = Buffer.from(certificate.toString()).toString('base64')
  const request: JsonRequest = {
    party: 'Rekor',
    method: 'POST',
    url,
    body: toLogRequest(envelope, verifier),
  }
  const answer = await askJson(options, request)
  const { json } = answer.status === 409 ? await askForIt(options, url, answer) : answer
  const entry = toLogEntry(json)
  if (entry === undefined) throw failed(request, 'gave an answer without an entry of its log')
  if (!isOf(entry, envelope)) throw failed(request, 'gave the entry of another signature')
  return entry
}

/** The try before got through, though its answer did not. Of the place, only the entry's id counts. */
async function askForIt(
  options: AskOptions,
  url: URL,
  { location = '' }: JsonAnswer,
): Promise<JsonAnswer> {
  const id = /\/([0-9a-f]+)$/.exec(location)?.[1]
  const request: JsonRequest = {
    party: 'Rekor',
    method: 'GET',
    url: new URL(`${url.href}/${id ?? ''}`),
  }
  if (id === undefined) throw failed(request, 'has the entry, and does not say where')
  return askJson(options, request)
}

function isOf({ body }: LogEntry, { payload, signatures }: Envelope): boolean {
  const logged = toLoggedSignature(body)
  const hash = createHash('sha256').update(Buffer.from(payload, 'base64')).digest('hex')
  const [signature] = logged?.spec.signatures ?? []
  return (
    logged?.kind === 'dsse' &&
    logged.spec.payloadHash.value === hash &&
    signature?.signature === signatures[0]?.sig
  )
}
