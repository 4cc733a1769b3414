import { client } from 'servicex/contract'
import { monotonicMs } from '../../../src/context/clock.ts'
import { Drain } from '../../../src/client/policies/drain.ts'
import { NO_EVENTS, type ResilienceEvents } from '../../../src/client/policies/events.ts'
import { resiliencePolicy } from '../../../src/client/policies/resilience.ts'
import type { ResilienceOptions } from '../../../src/client/policies/settings.ts'
import type { Timing } from '../../../src/client/policies/timing.ts'
import { toSettings } from '../../../src/client/policies/to-settings.ts'
import { things } from '../contract.ts'
import type { Pods } from '../fault-pods.ts'
import type { CallFacts, Caller, Ended, System } from '../system.ts'

const TIMING: Timing = {
  now: monotonicMs,
  random: Math.random,
  after: (delayMs, work) => {
    const timer = setTimeout(work, delayMs)
    return () => clearTimeout(timer)
  },
}

/** servicex as it is by default; the pods' addresses come from where a name server's would. */
export const SERVICEX: System = { name: 'servicex', open: (pods) => openServicex(pods) }

/** What a caller of servicex can be opened with. */
export interface ServicexOptions {
  readonly resilience?: ResilienceOptions
  readonly events?: Partial<ResilienceEvents>
}

/** Opens a client of servicex with policies of its own, which know nothing of other callers'. */
export function openServicex(
  pods: Pods,
  { resilience = {}, events = {} }: ServicexOptions = {},
): Caller {
  const { policy } = resiliencePolicy({
    settingsOf: toSettings('things', resilience),
    timing: TIMING,
    eventsOf: () => ({ ...NO_EVENTS, ...events }),
    drain: new Drain(TIMING),
    async lookup() {
      pods.lookups += 1
      if (!pods.isNamed) throw new Error('nobody answers')
      return { addresses: pods.addresses, ttlSeconds: pods.ttlSeconds }
    },
  })
  const baseUrl = `http://web-pods.things.svc.test.:${pods.port}`
  const calls = client(things, { baseUrl, policies: [policy] })
  return {
    get: (facts) => toEnded(calls.getThing({ id: 'a' }, toOptions(facts))),
    post: (facts) => toEnded(calls.makeThing({ count: 1 }, toOptions(facts))),
    postKeyed: (facts) => toEnded(calls.makeKeyed({ count: 1 }, toOptions(facts))),
    close: () => Promise.resolve(),
  }
}

function toOptions({ deadlineMs, signal }: CallFacts = {}) {
  return { ...(deadlineMs === undefined ? {} : { deadline: deadlineMs }), signal }
}

interface Answer {
  readonly ok: boolean
  readonly error?: {
    readonly code: string
    readonly sent: boolean
    readonly retryAfterMs: number | undefined
    readonly message: string
  }
}

async function toEnded(calling: PromiseLike<unknown>): Promise<Ended> {
  const { ok, error } = (await calling) as Answer
  if (error === undefined) return { ok, code: 'ok' }
  const { code, sent, retryAfterMs, message } = error
  return { ok, code, sent, retryAfterMs, message }
}
