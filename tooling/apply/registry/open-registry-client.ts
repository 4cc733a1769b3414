import { readCredentialSources } from '../../parse/credential-source.ts'
import type { RegistryEnvironment } from '../../parse/registry-environment.ts'
import { openAuthorizer } from './authorizer.ts'
import { hasBlob, openBlob, readBlob } from './blobs.ts'
import { openCredentialStore } from './credentials.ts'
import { toRegistryUrl } from './host.ts'
import { openLimit } from './limit.ts'
import { putManifest, readManifest, resolveManifest } from './manifests.ts'
import type { UploadLimits } from './open-upload.ts'
import { UPLOAD_LIMITS } from './open-upload.ts'
import { Redactor } from './redactor.ts'
import { listReferrers, writeReferrer } from './referrers.ts'
import type { RegistryClient } from './registry-client.ts'
import type { RegistryClock, RetryPolicy } from './retry.ts'
import { DEFAULT_RETRY, SYSTEM_CLOCK } from './retry.ts'
import type { Session } from './session.ts'
import { openSession } from './session.ts'
import { openTransport } from './transport.ts'
import { writeBlob } from './write-blob.ts'

/** How a client finds its way. What is absent has a default that fits a laptop and CI. */
export interface RegistryClientOptions {
  /** From `readRegistryEnvironment`. */
  readonly environment: RegistryEnvironment
  /** Hosts, with port, that are spoken to over plain http; loopback needs no entry. */
  readonly insecureRegistries?: readonly string[]
  /** By registry, the host of its token server where that is another: see `toTokenServer`. */
  readonly tokenHosts?: Readonly<Record<string, string>>
  readonly retry?: RetryPolicy
  readonly clock?: RegistryClock
  readonly uploadLimits?: UploadLimits
  /** A connection on which nothing moves for so long is given up. */
  readonly idleMs?: number
}

/** Blobs that are written side by side. Source: Docker pushes five, containerd and ko four to eight. */
const PARALLEL_BLOBS = 6

/** Registries of clouds answer a finished upload of some GB after a minute. */
const IDLE_MS = 90_000

/** Opens a client; the caller closes it. Nothing is read or sent before the first request. */
export function openRegistryClient(options: RegistryClientOptions): RegistryClient {
  const { environment, idleMs = IDLE_MS, uploadLimits = UPLOAD_LIMITS } = options
  const maxConnections = PARALLEL_BLOBS * 2
  const transport = openTransport({ proxy: environment.proxy, idleMs, maxConnections })
  const sessionOf = toSessions(options, transport)
  const limit = openLimit(PARALLEL_BLOBS)
  return {
    resolve: async (reference) => resolveManifest(sessionOf(reference.registry), reference),
    readManifest: async (reference) => readManifest(sessionOf(reference.registry), reference),
    writeManifest: async (repository, manifest, tag) => {
      await putManifest(sessionOf(repository.registry), { repository, tag }, manifest)
    },
    replaceManifest: async (repository, manifest, tag) => {
      const target = { repository, tag, moves: true }
      await putManifest(sessionOf(repository.registry), target, manifest)
    },
    hasBlob: async (repository, digest) =>
      hasBlob(sessionOf(repository.registry), repository, { digest, push: false }),
    openBlob: (repository, descriptor) =>
      openBlob(sessionOf(repository.registry), repository, descriptor),
    readBlob: async (repository, descriptor) =>
      readBlob(sessionOf(repository.registry), repository, descriptor),
    writeBlob: (repository, source) => {
      const session = sessionOf(repository.registry)
      const target = { session, repository, limits: uploadLimits, sessionOf }
      return limit(() => writeBlob(target, source))
    },
    listReferrers: async (repository, subject) =>
      listReferrers(sessionOf(repository.registry), repository, subject),
    writeReferrer: async (repository, manifest, subject) =>
      writeReferrer(sessionOf(repository.registry), repository, { manifest, subject }),
    close: () => transport.close(),
  }
}

/** Gives one session a registry: its tokens are asked for once. */
function toSessions(
  { environment, insecureRegistries = [], tokenHosts = {}, ...timing }: RegistryClientOptions,
  transport: ReturnType<typeof openTransport>,
): (registry: string) => Session {
  const redactor = new Redactor()
  const retry = { policy: timing.retry ?? DEFAULT_RETRY, clock: timing.clock ?? SYSTEM_CLOCK }
  const credentials = openCredentialStore({
    sources: () => readCredentialSources(environment),
    helperEnv: environment.helperEnv,
    redactor,
  })
  const sessions = new Map<string, Session>()
  return (registry) => {
    const known = sessions.get(registry)
    if (known !== undefined) return known
    const address = { url: toRegistryUrl(registry, insecureRegistries), isKnown: false }
    const asker = { transport, redactor, ...retry }
    const authorizer = openAuthorizer({ ...asker, registry, address, credentials, tokenHosts })
    const session = openSession({ address, transport, authorizer, retry, redactor })
    sessions.set(registry, session)
    return session
  }
}
