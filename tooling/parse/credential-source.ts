import { readFile } from 'node:fs/promises'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { DOCKER_HUB } from './image-reference.ts'
import type { RegistryEnvironment } from './registry-environment.ts'

/** How to prove who asks a registry. */
export type Credential =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  /** Exchanged for tokens at the token server. */
  | { readonly kind: 'identity-token'; readonly token: string }
  /** Sent to the registry as it is. */
  | { readonly kind: 'registry-token'; readonly token: string }

/** One place where credentials are kept, in Docker's format. */
export interface CredentialSource {
  /** A path or a variable, for people. */
  readonly name: string
  /** By registry, or by registry and the first parts of a repository. */
  readonly auths: ReadonlyMap<string, Credential>
  /** The helper of a registry: a program `docker-credential-…`. */
  readonly helpers: ReadonlyMap<string, string>
  /** The helper of every other registry. */
  readonly store?: string
  /** Why there is nothing in it; absent when it was read. */
  readonly absence?: string
}

/**
 * Reads the places where credentials are kept, first to last.
 *
 * Rejects with SERVICEX_CREDENTIALS_INVALID when one cannot be read as what it is. No secret of it
 * stands in the error.
 */
export async function readCredentialSources(
  environment: Pick<RegistryEnvironment, 'credentialFiles' | 'credentialText'>,
): Promise<readonly CredentialSource[]> {
  const { credentialText, credentialFiles } = environment
  const named =
    credentialText === undefined ? [] : [toSource(credentialText.source, credentialText.text)]
  return [...named, ...(await Promise.all(credentialFiles.map(readSource)))]
}

/** Gives the registry that a key of `auths` means: Docker writes some as addresses. */
export function toRegistryKey(key: string): string {
  const [host = '', ...path] = key
    .replace(/^https?:\/\//i, '')
    .replace(/\/+$/, '')
    .split('/')
  const isHub = /^(?:index|registry-1)\.docker\.io$/i.test(host)
  const rest = /^v[12]$/.test(path[0] ?? '') ? [] : path
  return [isHub ? DOCKER_HUB : host.toLowerCase(), ...rest].join('/')
}

async function readSource({
  path,
  variable,
}: RegistryEnvironment['credentialFiles'][number]): Promise<CredentialSource> {
  const name = variable === undefined ? path : `${path} (${variable})`
  try {
    return toSource(name, await readFile(path, 'utf8'))
  } catch (error) {
    if (ServicexError.is(error)) throw error
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw invalid(name, `cannot be read: ${code}`)
    return { name, auths: new Map(), helpers: new Map(), absence: 'no such file' }
  }
}

function toSource(name: string, text: string): CredentialSource {
  const { auths, credHelpers, credsStore } = toRecord(name, text)
  return {
    name,
    auths: new Map(
      Object.entries(isRecord(auths) ? auths : {}).flatMap(([key, entry]) => {
        const credential = toCredential({ name, key, entry })
        return credential === undefined ? [] : [[toRegistryKey(key), credential]]
      }),
    ),
    helpers: new Map(
      Object.entries(isRecord(credHelpers) ? credHelpers : {}).flatMap(([key, helper]) =>
        typeof helper === 'string' && helper !== '' ? [[toRegistryKey(key), helper]] : [],
      ),
    ),
    ...(typeof credsStore === 'string' && credsStore !== '' ? { store: credsStore } : {}),
  }
}

function toRecord(name: string, text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    if (isRecord(value)) return value
  } catch {
    // The parser's message cites the text, and with it what is secret.
  }
  throw invalid(name, 'is no JSON object')
}

interface RawEntry {
  readonly name: string
  readonly key: string
  readonly entry: unknown
}

/** An entry without a secret says only that a helper knows it. */
function toCredential({ name, key, entry }: RawEntry): Credential | undefined {
  if (!isRecord(entry)) return undefined
  const { auth, identitytoken, registrytoken, username, password } = entry
  if (isFilled(identitytoken)) return { kind: 'identity-token', token: identitytoken }
  if (isFilled(registrytoken)) return { kind: 'registry-token', token: registrytoken }
  if (isFilled(username) && isFilled(password)) return { kind: 'basic', username, password }
  if (!isFilled(auth)) return undefined
  const decoded = Buffer.from(auth, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  if (colon === -1)
    throw invalid(name, `has an "auth" of ${key} that is no base64 of user:password`)
  // Docker pads the text with NULs.
  const secret = decoded.slice(colon + 1).split('\0')[0] ?? ''
  return { kind: 'basic', username: decoded.slice(0, colon), password: secret }
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(name: string, what: string): ServicexError {
  return new ServicexError('SERVICEX_CREDENTIALS_INVALID', {
    summary: `${name} ${what}`,
    fix: 'correct it, or write it anew by logging in to the registry',
  })
}
