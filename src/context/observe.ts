import { publishHeld } from './held-requests.ts'
import { observeExpress } from './inbound/express.ts'
import { observeFastify } from './inbound/fastify.ts'
import { observeInboundHttp, type ServerListener } from './inbound/inbound-http.ts'
import { type Observer, setObserver } from './observer.ts'
import { observeNodeHttp } from './outbound/outbound-node-http.ts'
import { observeQueries } from './outbound/outbound-query.ts'
import { observeUndici } from './outbound/outbound-undici.ts'

/** What observation needs besides the observer itself. */
export interface ObserveOptions extends Observer, ServerListener {}

let stopInForce: (() => void) | undefined

/**
 * THE hook: from here on every input and every output of the process becomes one record, given to
 * the sinks when it ends. Channels of Node and of libraries, and two prototypes; nothing here
 * depends on import order or survives only without a bundler. A later call takes over from an
 * earlier one, so that nothing is recorded twice. Gives what undoes it.
 */
export function observe(options: ObserveOptions): () => void {
  stopInForce?.()
  publishHeld()
  setObserver(options)
  const undo = [
    observeInboundHttp(options),
    observeUndici(),
    observeNodeHttp(),
    observeQueries(),
    observeFastify(),
    observeExpress(),
  ]
  const stop = (): void => {
    if (stopInForce !== stop) return
    stopInForce = undefined
    for (const undoOne of undo) undoOne()
    publishHeld()
    setObserver(undefined)
  }
  stopInForce = stop
  return stop
}
