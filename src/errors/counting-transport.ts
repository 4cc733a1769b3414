import type { makeNodeTransport } from '@sentry/node'
import { messageOf } from '../convention/error-record.ts'
import { withoutRecording } from '../context/scope.ts'
import type { ErrorLedger } from './error-ledger.ts'

type Transport = ReturnType<typeof makeNodeTransport>

/** Tells the ledger what becomes of every error event that the SDK sends. */
export function countingTransport(transport: Transport, ledger: ErrorLedger): Transport {
  return {
    flush: (timeout) => transport.flush(timeout),
    async send(envelope) {
      const header = envelope[0] as { event_id?: string; trace?: unknown }
      // The SDK's own idea of the trace, which is another one; the event says which it is.
      delete header.trace
      // Sentry's own reports of what it dropped carry no event.
      const { event_id: eventId } = header
      if (eventId === undefined) return withoutRecording(() => transport.send(envelope))
      try {
        const response = await withoutRecording(() => transport.send(envelope))
        settle(ledger, eventId, response.statusCode)
        return response
      } catch (error) {
        ledger.settle(eventId, 'failed', messageOf(error))
        throw error
      }
    },
  }
}

/** Without a status nothing was sent: Sentry had asked to wait, or too much was on its way. */
function settle(ledger: ErrorLedger, eventId: string, status: number | undefined): void {
  if (status === undefined) ledger.settle(eventId, 'dropped', '')
  else if (status >= 200 && status < 300) ledger.settle(eventId, 'delivered', '')
  else ledger.settle(eventId, 'failed', `the server answered ${status}`)
}
