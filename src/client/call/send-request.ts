import { lookup, type LookupAddress, type LookupOptions } from 'node:dns'
import { isLinkLocal } from '../address/link-local.ts'
import { jitter } from '../policies/timing.ts'
import { ReplyHandler } from './reply-handler.ts'
import type { WireRequest, WireResult } from './wire.ts'

type UndiciAgent = import('undici').Agent

/** Sources of these numbers: docs/clients.md, "What a call does by default". */
const CONNECT_TIMEOUT_MS = 1000
const CONNECTIONS_PER_ORIGIN = 64
/** So many connections at least to an address that may stand for many pods, which a connection chooses between. */
const LANES = 4
/** A server that gives no hint may close at any time: an idle connection is not kept long. */
const IDLE_WITHOUT_HINT_MS = 1000
const IDLE_MAX_MS = 30_000
/** So much before the server's own end of an idle connection, it is not used any more. */
const IDLE_MARGIN_MS = 2000
/** No connection is older: behind one address, the pods that came later get their part. Give or take a fifth. */
const AGE_MS = 60_000
const AGE_JITTER = 0.2

let agents: Promise<Agents> | Agents | undefined

interface Agents {
  /** Of the address of one pod: the fewest connections that do. */
  readonly pod: UndiciAgent
  /** Of any other address, one of them at random: turns would fall in step with those of a caller of two services. */
  readonly lanes: readonly UndiciAgent[]
}

/**
 * Sends one request over a pooled connection of this process and resolves with how it ended. Never
 * rejects, never follows a redirect, never repeats.
 */
export function sendRequest(request: WireRequest): Promise<WireResult> {
  // undici is loaded by the first call: importing a client costs nothing of it.
  agents ??= openAgents()
  if (agents instanceof Promise) return agents.then((opened) => dispatch(opened, request))
  return dispatch(agents, request)
}

function dispatch(opened: Agents, request: WireRequest): Promise<WireResult> {
  const { promise, resolve } = Promise.withResolvers<WireResult>()
  const handler = new ReplyHandler(request, resolve)
  const { origin, path, method, headers, body = null } = request
  try {
    toAgent(opened, request).dispatch(
      { origin, path, method, headers, body: body as never },
      handler,
    )
  } catch (error) {
    handler.refuse(error)
  }
  return promise
}

function toAgent({ pod, lanes }: Agents, { isPod }: WireRequest): UndiciAgent {
  if (isPod === true) return pod
  return lanes[Math.floor(Math.random() * LANES)] ?? pod
}

async function openAgents(): Promise<Agents> {
  const undici = await import('undici')
  const lanes = Array.from({ length: LANES }, () =>
    openAgent(undici, CONNECTIONS_PER_ORIGIN / LANES),
  )
  agents = { pod: openAgent(undici, CONNECTIONS_PER_ORIGIN), lanes }
  return agents
}

function openAgent({ Agent, Pool }: typeof import('undici'), connections: number): UndiciAgent {
  return new Agent({
    connections,
    pipelining: 1,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: IDLE_WITHOUT_HINT_MS,
    keepAliveMaxTimeout: IDLE_MAX_MS,
    keepAliveTimeoutThreshold: IDLE_MARGIN_MS,
    connect: { timeout: CONNECT_TIMEOUT_MS, lookup: lookupAllowed },
    // An age of its own for each origin: connections that began together do not end together.
    factory: (origin, options: object) =>
      new Pool(origin, { ...options, clientTtl: jitter(AGE_MS, AGE_JITTER, Math.random) }),
  })
}

type LookupCallback = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void

/** A name that leads to a link-local address (cloud credentials live there) leads nowhere. */
function lookupAllowed(host: string, options: LookupOptions, callback: LookupCallback): void {
  lookup(host, options, (error, address, family) => {
    const found =
      typeof address === 'string' ? [address] : (address ?? []).map((each) => each.address)
    const refused = error === null ? found.find(isLinkLocal) : undefined
    if (refused === undefined) return callback(error, address, family)
    callback(
      Object.assign(new Error(`${host} leads to the link-local address ${refused}`), {
        code: 'ERR_LINK_LOCAL',
      }),
      [],
    )
  })
}
