import type { ServerResponse } from 'node:http'
import type { ChangeEvent } from '../../plan/dev/api.ts'
import type { Store } from '../../plan/dev/store.ts'
import { openStream } from './reply.ts'

/** The streams of all pages that look on. */
export interface EventStreams {
  /** Takes an answer over, until its reader leaves; false when there are too many. */
  add(response: ServerResponse): boolean
  close(): void
}

const MAX_STREAMS = 32
/** Aspire's dashboard throttles at 100 ms; a person does not tell 250 apart from at once. */
const TICK_MS = 250
const BEAT_MS = 15_000

/** Tells every page, at most four times a second, how far each list has come. */
export function openEventStreams(store: Store): EventStreams {
  const streams = new Set<ServerResponse>()
  let told = ''
  let lastMs = 0
  const timer = setInterval(tick, TICK_MS)
  timer.unref()

  function tick(): void {
    if (streams.size === 0) return
    const text = toText(store.revision())
    const nowMs = performance.now()
    if (text === told && nowMs - lastMs < BEAT_MS) return
    lastMs = nowMs
    const message = text === told ? ': still here\n\n' : text
    told = text
    // A reader that does not keep up misses one; the next says all that it has to.
    for (const stream of streams) if (!stream.writableNeedDrain) stream.write(message)
  }

  return {
    add(response) {
      if (streams.size >= MAX_STREAMS) return false
      openStream(response, 'text/event-stream')
      response.write(`retry: 1000\n\n${toText(store.revision())}`)
      streams.add(response)
      response.once('close', () => streams.delete(response))
      return true
    },
    close() {
      clearInterval(timer)
      for (const stream of streams) stream.end()
    },
  }
}

function toText(change: ChangeEvent): string {
  return `data: ${JSON.stringify(change)}\n\n`
}
