import type { Credential, CredentialSource } from '../../parse/credential-source.ts'
import { DOCKER_HUB } from '../../parse/image-reference.ts'
import { readHelper } from './credential-helper.ts'
import type { Redactor } from './redactor.ts'
import type { Repository } from './registry-client.ts'

/** What was found for a registry, and where. */
export interface FoundCredential {
  /** Absent when nobody knows the registry: it is asked without a name. */
  readonly credential?: Credential
  /** Where the credential came from. */
  readonly source?: string
  /** Where nothing was found, and why; for people. */
  readonly tried: readonly string[]
}

/** Looks credentials up; the same registry is looked up once. */
export interface CredentialStore {
  readonly find: (repository: Repository) => Promise<FoundCredential>
}

/** Where a store looks. */
export interface CredentialStoreOptions {
  readonly sources: () => Promise<readonly CredentialSource[]>
  /** The variables of credential helpers. */
  readonly helperEnv: Readonly<Record<string, string | undefined>>
  readonly redactor: Redactor
}

/** Docker keeps the Hub's credentials under this address. Source: Docker's `registry` package, IndexServer. */
const DOCKER_HUB_KEY = 'https://index.docker.io/v1/'

/** A helper may ask a person, or a cloud. */
const HELPER_TIMEOUT_MS = 60_000

/** Opens a store over `sources`, which are read when the first registry asks who we are. */
export function openCredentialStore(options: CredentialStoreOptions): CredentialStore {
  const found = new Map<string, Promise<FoundCredential>>()
  let sources: Promise<readonly CredentialSource[]> | undefined
  return {
    find: ({ registry, repository }) => {
      const key = `${registry}/${repository}`
      const known = found.get(key)
      if (known !== undefined) return known
      sources ??= options.sources()
      const finding = sources.then((read) => find(read, key, options))
      found.set(key, finding)
      return finding
    },
  }
}

/** In each place, the helper of the registry comes first, then the general one, then what is written there. */
async function find(
  sources: readonly CredentialSource[],
  key: string,
  options: CredentialStoreOptions,
): Promise<FoundCredential> {
  const tried: string[] = []
  for (const source of sources) {
    const registry = key.split('/')[0] ?? ''
    const helpers = new Set([source.helpers.get(registry), source.store])
    for (const helper of helpers) {
      if (helper === undefined) continue
      const answer = await askHelper(helper, registry, options)
      if (answer.kind === 'none') tried.push(`${source.name}: ${answer.reason}`)
      else
        return note(
          { credential: answer.credential, tried },
          `docker-credential-${helper}, named by ${source.name}`,
          options,
        )
    }
    const credential = findWritten(source, key)
    if (credential !== undefined) return note({ credential, tried }, source.name, options)
    tried.push(`${source.name}: ${source.absence ?? `no entry for ${registry}`}`)
  }
  return { tried }
}

async function askHelper(
  helper: string,
  registry: string,
  { helperEnv }: CredentialStoreOptions,
): ReturnType<typeof readHelper> {
  const server = registry === DOCKER_HUB ? DOCKER_HUB_KEY : registry
  return readHelper({ helper, server, env: helperEnv, timeoutMs: HELPER_TIMEOUT_MS })
}

/** The entry of the longest part of `registry/a/b/c`: Podman keeps credentials of single repositories. */
function findWritten({ auths }: CredentialSource, key: string): Credential | undefined {
  for (let part = key; part !== ''; part = part.slice(0, Math.max(0, part.lastIndexOf('/')))) {
    const credential = auths.get(part)
    if (credential !== undefined) return credential
  }
  return undefined
}

function note(
  { credential, tried }: Required<Pick<FoundCredential, 'credential' | 'tried'>>,
  source: string,
  { redactor }: CredentialStoreOptions,
): FoundCredential {
  for (const secret of secretsOf(credential)) redactor.add(secret)
  return { credential, source, tried }
}

function secretsOf(credential: Credential): string[] {
  if (credential.kind !== 'basic') return [credential.token]
  return [credential.password, `${credential.username}:${credential.password}`]
}
