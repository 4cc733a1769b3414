import { randomUUID } from 'node:crypto'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import { isApiError } from '../cluster/api-error.ts'
import { toEndingClient } from '../cluster/ending-client.ts'
import { getObject, type LiveObject } from '../cluster/objects.ts'
import type { ClusterClient } from '../cluster/cluster-client.ts'
import type { DeployContext } from './deploy-context.ts'

/** Who holds the lock, or wants to. */
export interface LockClaim {
  readonly revision: string
  readonly committedAtSeconds: number
  readonly who: string
  /** How long to wait for another deploy, milliseconds. */
  readonly patienceMs: number
}

/** A lock that is held. */
export interface Lock {
  /** Aborted when another has taken it over: nothing may be changed from then on. */
  readonly lost: AbortSignal
  /** Gives it back. Never rejects. */
  release(): Promise<void>
}

interface Lease extends LiveObject {
  readonly spec?: {
    readonly holderIdentity?: string
    readonly leaseDurationSeconds?: number
    readonly renewTime?: string
  }
}

/** What the lock is called, in the namespace of the app. */
export const LOCK_NAME = 'kube-deploy'

/** The API that has it. */
export const LOCK_ROOT = '/apis/coordination.k8s.io/v1'

/** A holder that has said nothing for so long is gone: a cancelled CI job. */
const DURATION_SECONDS = 30
const HEARTBEAT_MS = 10_000
const POLL_MS = 2_000

const WHO = 'servicex.dev/who'
const REVISION = 'servicex.dev/revision'
const COMMITTED = 'servicex.dev/committed-at'

/**
 * Takes the lock of the app's deploys, waiting for another deploy to end or to fall silent.
 *
 * Rejects with SERVICEX_DEPLOY_LOCKED when that takes longer than `patienceMs`, and with
 * SERVICEX_DEPLOY_SUPERSEDED when the other one deploys a newer revision.
 */
export async function acquireLock(context: DeployContext, claim: LockClaim): Promise<Lock> {
  const identity = randomUUID()
  const endMs = context.now() + claim.patienceMs
  let seen: { version: string | undefined; sinceMs: number } = { version: '', sinceMs: 0 }
  let isTold = false
  for (;;) {
    context.signal.throwIfAborted()
    const lease = await readLease(context)
    const version = lease?.metadata.resourceVersion
    if (seen.version !== version) seen = { version, sinceMs: context.now() }
    const silentMs = context.now() - seen.sinceMs
    // The answer to our own write may have been lost.
    if (lease?.spec?.holderIdentity === identity)
      return keep(context, { held: lease, identity, claim })
    if (isFree(lease, silentMs, context.now())) {
      const held = await tryTake(context, { lease, identity, claim })
      if (held !== undefined) return keep(context, { held, identity, claim })
      continue
    }
    assertNewer(lease, claim)
    if (context.now() > endMs) throw locked(lease)
    if (!isTold) context.report({ type: 'step', text: `waiting: ${toWords(lease)}` })
    isTold = true
    await context.sleep(POLL_MS)
  }
}

function readLease({ client, app }: DeployContext): Promise<Lease | undefined> {
  return getObject<Lease>(client, {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: LOCK_NAME, namespace: app },
  })
}

/** Clocks differ: a lease counts as left when it was not renewed while we watched, or for much longer than it lasts. */
function isFree(lease: Lease | undefined, silentMs: number, nowMs: number): boolean {
  const holder = lease?.spec?.holderIdentity ?? ''
  if (holder === '') return true
  const seconds = lease?.spec?.leaseDurationSeconds ?? DURATION_SECONDS
  const renewedMs = Date.parse(lease?.spec?.renewTime ?? '')
  return silentMs > seconds * 1000 || nowMs - renewedMs > seconds * 4 * 1000
}

interface Taking {
  readonly lease: Lease | undefined
  readonly identity: string
  readonly claim: LockClaim
}

/** Gives nothing when another was faster. */
async function tryTake(
  context: DeployContext,
  { lease, identity, claim }: Taking,
): Promise<Lease | undefined> {
  const { client, app } = context
  const path = `${LOCK_ROOT}/namespaces/${app}/leases`
  const object = toLease(context, { identity, claim, version: lease?.metadata.resourceVersion })
  try {
    return await client.json<Lease>({
      method: lease === undefined ? 'POST' : 'PUT',
      path: lease === undefined ? path : `${path}/${LOCK_NAME}`,
      body: JSON.stringify(object),
      isRepeatable: true,
    })
  } catch (error) {
    if (isApiError(error, 409)) return undefined
    throw error
  }
}

interface LeaseParts {
  readonly identity: string
  readonly claim: LockClaim
  readonly version: string | undefined
}

function toLease({ app, now }: DeployContext, { identity, claim, version }: LeaseParts): Lease {
  const renewTime = new Date(now()).toISOString().replace('Z', '000Z')
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name: LOCK_NAME,
      namespace: app,
      ...(version === undefined ? {} : { resourceVersion: version }),
      annotations: {
        [WHO]: claim.who,
        [REVISION]: claim.revision,
        [COMMITTED]: String(claim.committedAtSeconds),
      },
    },
    spec: {
      holderIdentity: identity,
      leaseDurationSeconds: DURATION_SECONDS,
      renewTime,
    },
  }
}

interface Holding {
  readonly held: Lease
  readonly identity: string
  readonly claim: LockClaim
}

function keep(context: DeployContext, { held, identity, claim }: Holding): Lock {
  const lost = new AbortController()
  let version = held.metadata.resourceVersion
  let beat: Promise<void> = Promise.resolve()
  const ended = new AbortController()
  /** It is renewed until it is given back, also while what was interrupted is recorded. */
  const beating = context.client.within({ signal: ended.signal })
  const write = async (client: ClusterClient, holder: string): Promise<void> => {
    const lease = toLease(context, { identity: holder, claim, version })
    const answer = await client.json<Lease>({
      method: 'PUT',
      path: `${LOCK_ROOT}/namespaces/${context.app}/leases/${LOCK_NAME}`,
      body: JSON.stringify(lease),
      isRepeatable: true,
    })
    version = answer.metadata.resourceVersion
  }
  /** A conflict may be our own write, of which the answer was lost. */
  const renew = async (): Promise<void> => {
    try {
      await write(beating, identity)
    } catch (error) {
      if (!isApiError(error, 409) && !isApiError(error, 404)) return
      const now = await readLease({ ...context, client: beating }).catch(() => undefined)
      if (ended.signal.aborted) return
      if (now?.spec?.holderIdentity !== identity) lost.abort(superseded(now))
      else version = now.metadata.resourceVersion
    }
  }
  const timer = setInterval(() => {
    beat = beat.then(renew)
  }, HEARTBEAT_MS)
  return {
    lost: lost.signal,
    release: async () => {
      clearInterval(timer)
      ended.abort(new Error('the lock is given back'))
      await beat.catch(() => undefined)
      const { client, signal } = context
      const last = signal.aborted ? toEndingClient(client) : client
      if (!lost.signal.aborted) await write(last, '').catch(() => undefined)
    },
  }
}

function assertNewer(lease: Lease | undefined, claim: LockClaim): void {
  const committed = Number(lease?.metadata.annotations?.[COMMITTED] ?? 0)
  if (committed <= claim.committedAtSeconds) return
  throw superseded(lease)
}

function superseded(lease: Lease | undefined): ServicexError {
  return new ServicexError('SERVICEX_DEPLOY_SUPERSEDED', {
    summary: `another deploy has gone ahead: ${toWords(lease)}`,
    fix: 'look at what serves: kube <env> status',
  })
}

function locked(lease: Lease | undefined): ServicexError {
  return new ServicexError('SERVICEX_DEPLOY_LOCKED', {
    summary: toWords(lease),
    fix: 'wait for it to end, then deploy again',
  })
}

function toWords(lease: Lease | undefined): string {
  const annotations = lease?.metadata.annotations ?? {}
  return `${annotations[WHO] ?? 'somebody'} is deploying ${(annotations[REVISION] ?? 'something').slice(0, 12)}`
}
