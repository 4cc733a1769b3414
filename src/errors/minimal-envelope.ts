import type { ErrorEvent } from '@sentry/node'
import type { ErrorsConfig } from '../config/config.ts'
import { isError, messageOf, toErrorRecord } from '../convention/error-record.ts'
import { SERVICEX_VERSION } from '../convention/version.ts'
import type { Delivery } from '../context/facts.ts'
import { completeEvent, toCaptureContext } from './error-event.ts'
import type { PendingError } from './error-ledger.ts'

/** What an event says of the process beside the error. */
export interface EventSource extends ErrorsConfig {
  readonly dsn: string
  readonly serverName: string
  /** `service.name`. */
  readonly service: string
}

type ExceptionValue = NonNullable<NonNullable<ErrorEvent['exception']>['values']>[number]
type StackFrame = NonNullable<NonNullable<ExceptionValue['stacktrace']>['frames']>[number]

/**
 * Spells an error event without the SDK, which works asynchronously: for the very end of a process.
 * It has the id under which the SDK would send it, so that Sentry counts it once if both get through.
 * Source: https://develop.sentry.dev/sdk/data-model/envelopes/
 */
export function toEnvelope(pending: PendingError, source: EventSource): Delivery {
  const { origin, pathname, username } = new URL(source.dsn)
  const [, path = '', project = ''] = /^(.*)\/([^/]+)$/.exec(pathname) ?? []
  const payload = Buffer.from(JSON.stringify(toEvent(pending, source)))
  const lines = [
    JSON.stringify({ event_id: pending.eventId, sent_at: new Date().toISOString() }),
    JSON.stringify({ type: 'event', content_type: 'application/json', length: payload.length }),
  ]
  return {
    url: `${origin}${path}/api/${project}/envelope/`,
    headers: {
      'content-type': 'application/x-sentry-envelope',
      'x-sentry-auth': `Sentry sentry_version=7, sentry_client=servicex/${SERVICEX_VERSION}, sentry_key=${username}`,
    },
    body: Buffer.concat([Buffer.from(`${lines.join('\n')}\n`), payload]),
  }
}

function toEvent(
  { eventId, facts, handled, timeMs }: PendingError,
  source: EventSource,
): ErrorEvent {
  const event = {
    event_id: eventId,
    timestamp: timeMs / 1000,
    platform: 'node',
    release: source.release,
    environment: source.environment,
    server_name: source.serverName,
    exception: { values: toValues(facts.error, handled) },
    ...toCaptureContext(facts, source.service),
  } as unknown as ErrorEvent
  return completeEvent(event, { input: facts.input })
}

/** How far a chain of causes is followed. Source: the SDK's linkedErrorsIntegration. */
const MAX_CAUSES = 5

/** The innermost cause comes first. */
function toValues(error: unknown, handled: boolean): ExceptionValue[] {
  const values = [toValue(error, { type: 'servicex', handled })]
  let cause = causeOf(error)
  while (cause !== undefined && values.length <= MAX_CAUSES) {
    values.unshift(toValue(cause, { type: 'chained', handled: true }))
    cause = causeOf(cause)
  }
  return values
}

function causeOf(error: unknown): unknown {
  try {
    return isError(error) ? error.cause : undefined
  } catch {
    return undefined
  }
}

function toValue(error: unknown, mechanism: { type: string; handled: boolean }): ExceptionValue {
  try {
    const frames = isError(error) ? toFrames(String(error.stack)) : []
    return {
      type: toErrorRecord(error).type,
      value: messageOf(error),
      mechanism,
      ...(frames.length === 0 ? {} : { stacktrace: { frames } }),
    }
  } catch {
    return { type: 'Error', value: messageOf(error), mechanism }
  }
}

const MAX_FRAMES = 50

/** Sentry wants the innermost call last. */
function toFrames(stack: string): StackFrame[] {
  return stack.split('\n', MAX_FRAMES).flatMap(toFrame).toReversed()
}

const PLACE = /^(?:file:\/\/)?(.+):(\d+):(\d+)$/

/** Reads `    at async name (file:///app/a.ts:3:14)`, with or without the name. */
function toFrame(line: string): StackFrame[] {
  const call = /^\s*at (?:async )?(.+)$/.exec(line)?.[1] ?? ''
  const opening = call.lastIndexOf(' (')
  const [, filename, lineno, colno] =
    PLACE.exec(opening === -1 ? call : call.slice(opening + 2, -1)) ?? []
  if (filename === undefined) return []
  const inApp = !filename.startsWith('node:') && !filename.includes('node_modules/')
  return [
    {
      filename,
      function: opening === -1 ? '?' : call.slice(0, opening),
      lineno: Number(lineno),
      colno: Number(colno),
      in_app: inApp,
    },
  ]
}
