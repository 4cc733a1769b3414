import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { ServicexError } from '../../src/convention/servicex-error.ts'

/** The variable with the passphrase of an encrypted key; cosign reads the same. */
const PASSPHRASE = 'COSIGN_PASSWORD'

/**
 * Reads the private key that images are signed with: PEM (PKCS #8, also encrypted, or SEC 1), of the
 * elliptic curve P-256, which every verifier of cosign signatures takes.
 *
 * `place` is a path, or `env:NAME` for a key that a variable holds. Rejects with
 * SERVICEX_SIGNING_KEY_INVALID; nothing of the key is in the error.
 */
export async function readSigningKey(
  place: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<KeyObject> {
  const pem = await readPem(place, env)
  if (/BEGIN ENCRYPTED (?:COSIGN|SIGSTORE) PRIVATE KEY/.test(pem))
    throw invalid(place, "is in cosign's own format — expected PEM as openssl writes it")
  const key = toKey(place, pem, env[PASSPHRASE])
  if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key
  throw invalid(place, `is a key of the kind ${key.asymmetricKeyType} — expected EC, P-256`)
}

async function readPem(
  place: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const variable = place.startsWith('env:') ? place.slice('env:'.length) : undefined
  if (variable !== undefined) {
    const value = env[variable]
    if (value === undefined || value === '') throw invalid(place, 'is not set')
    return value
  }
  try {
    return await readFile(place, 'utf8')
  } catch (error) {
    throw invalid(place, `cannot be read: ${(error as NodeJS.ErrnoException).code}`)
  }
}

function toKey(place: string, pem: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey({
      key: pem,
      format: 'pem',
      ...(passphrase === undefined ? {} : { passphrase }),
    })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const isLocked = pem.includes('BEGIN ENCRYPTED PRIVATE KEY')
    throw invalid(
      place,
      isLocked
        ? `does not open with ${PASSPHRASE}`
        : `is no private key in PEM (${code ?? 'unreadable'})`,
    )
  }
}

function invalid(place: string, what: string): ServicexError {
  return new ServicexError('SERVICEX_SIGNING_KEY_INVALID', {
    summary: `the signing key ${place} ${what}`,
    fix: 'openssl ecparam -name prime256v1 -genkey -noout -out image.key, and openssl ec -in image.key -pubout -out image.pub',
  })
}
