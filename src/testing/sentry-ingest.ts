import { openInbox, type WaitFor } from './inbox.ts'
import {
  openReceiver,
  type ReceivedRequest,
  type Receiver,
  type ReceiverOptions,
  type Understood,
} from './receiver.ts'
import { parseEnvelope, parseJsonObject, type SentryEnvelope } from '../wire/sentry-envelope.ts'

/** An error event as the SDK sent it. The named fields are the ones tests ask for most. */
export interface SentryEvent {
  readonly event_id?: string
  readonly level?: string
  readonly message?: string
  readonly release?: string
  readonly environment?: string
  readonly transaction?: string
  readonly exception?: { readonly values?: readonly SentryException[] }
  readonly contexts?: {
    readonly trace?: {
      readonly trace_id?: string
      readonly span_id?: string
      readonly parent_span_id?: string
    }
    readonly [name: string]: unknown
  }
  readonly tags?: Readonly<Record<string, unknown>>
  readonly extra?: Readonly<Record<string, unknown>>
  readonly [field: string]: unknown
}

/** One exception of an event; causes come as further ones. */
export interface SentryException {
  readonly type?: string
  readonly value?: string
  readonly mechanism?: { readonly type?: string; readonly handled?: boolean }
  readonly stacktrace?: { readonly frames?: readonly Readonly<Record<string, unknown>>[] }
}

/** A Sentry on this machine, for tests: it keeps every error event and envelope it accepts. */
export interface SentryIngest extends Receiver {
  /** The value of `SENTRY_DSN`. */
  readonly dsn: string
  /** The error events of accepted envelopes, in order of arrival. */
  readonly events: readonly SentryEvent[]
  /** Every accepted envelope, with its items of all types. */
  readonly envelopes: readonly SentryEnvelope[]
  /** Waits for a number of events, or for the first event that fits. */
  readonly waitFor: WaitFor<SentryEvent>
  /** Forgets all events, envelopes and requests. */
  readonly clear: () => void
}

const PUBLIC_KEY = '0123456789abcdef0123456789abcdef'
const PROJECT = '1'

/**
 * Opens a Sentry ingest on an ephemeral port of 127.0.0.1; the caller closes it.
 *
 * Takes envelopes, compressed or not, with the key of its `dsn`; what it cannot read is answered
 * 400, a wrong key 403. `options` script faults.
 */
export async function openSentryIngest(options?: ReceiverOptions): Promise<SentryIngest> {
  const envelopes: SentryEnvelope[] = []
  const inbox = openInbox<SentryEvent>({ noun: 'events', describe: describeEvent })
  const { origin, clearRequests, close, ...receiver } = await openReceiver((request) => {
    return understand(request, (envelope, events) => {
      envelopes.push(envelope)
      inbox.add(events)
    })
  }, options)
  return {
    ...receiver,
    dsn: `${origin.replace('://', `://${PUBLIC_KEY}@`)}/${PROJECT}`,
    events: inbox.items,
    envelopes,
    waitFor: inbox.waitFor,
    clear: () => {
      clearRequests()
      envelopes.length = 0
      inbox.clear()
    },
    close: async () => {
      await close()
      inbox.close()
    },
  }
}

type Deliver = (envelope: SentryEnvelope, events: readonly SentryEvent[]) => void

function understand(request: ReceivedRequest, deliver: Deliver): Understood {
  const { pathname, searchParams } = new URL(request.path, 'http://ingest')
  if (pathname !== `/api/${PROJECT}/envelope/`) return toStatus(404)
  if (request.method !== 'POST') return toStatus(405)
  const auth = String(request.headers['x-sentry-auth'] ?? '')
  const key = searchParams.get('sentry_key') ?? /sentry_key=(\w+)/.exec(auth)?.[1]
  if (key !== PUBLIC_KEY) return toStatus(403)
  const envelope = parseEnvelope(request.body)
  const events = envelope.items
    .filter((item) => item.header.type === 'event')
    .map((item) => parseJsonObject(item.payload) as SentryEvent)
  const body = JSON.stringify({ id: envelope.header['event_id'] })
  return {
    reply: { kind: 'answer', status: 200, headers: { 'content-type': 'application/json' }, body },
    deliver: () => deliver(envelope, events),
  }
}

function toStatus(status: number): Understood {
  return { reply: { kind: 'answer', status } }
}

function describeEvent(event: SentryEvent): string {
  const exception = event.exception?.values?.at(-1)
  const what = exception === undefined ? event.message : `${exception.type}: ${exception.value}`
  return `${event.level ?? 'error'} ${what} trace ${event.contexts?.trace?.trace_id}`
}
