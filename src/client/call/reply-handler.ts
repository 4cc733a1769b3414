import type { Dispatcher } from 'undici'
import { monotonicMs } from '../../context/clock.ts'
import { PausableStream } from './pausable-stream.ts'
import type { ReplyHeaders } from './policy.ts'
import type { WireBreak, WireRequest, WireResult } from './wire.ts'

type Controller = Dispatcher.DispatchController

/** What an aborted request's connection is destroyed with; nobody else sees it. */
const ABORTED = new Error('the call has ended')

/**
 * Follows one request from its dispatch to its end: collects the body up to a limit, or hands it
 * over as it comes, and breaks it off when its time is up or its caller gives up. One timer covers
 * head and body: undici's own come late, and none ends a body that drips.
 */
export class ReplyHandler implements Dispatcher.DispatchHandler {
  readonly #request: WireRequest
  readonly #resolve: (result: WireResult) => void
  readonly #timer: NodeJS.Timeout
  #controller: Controller | undefined
  #done = false
  #sent = false
  #status: number | undefined
  #headers: ReplyHeaders | undefined
  #chunks: Buffer[] = []
  #bytes = 0
  #stream: PausableStream | undefined

  constructor(request: WireRequest, resolve: (result: WireResult) => void) {
    this.#request = request
    this.#resolve = resolve
    const leftMs = Math.max(0, request.endsAtMs - monotonicMs())
    this.#timer = setTimeout(this.#onDeadline, Math.ceil(leftMs))
    request.signal?.addEventListener('abort', this.#onCancel, { once: true })
  }

  onRequestStart(controller: Controller): void {
    if (this.#done) return controller.abort(ABORTED)
    this.#controller = controller
    this.#sent = true
  }

  onResponseStart(controller: Controller, status: number, headers: ReplyHeaders): void {
    // An informational reply precedes the real one.
    if (this.#done || status < 200) return
    this.#status = status
    this.#headers = headers
    if (this.#request.streams(status, headers)) {
      // The caller can give up as long as it reads.
      const chunks = new PausableStream(controller, () => this.#forget())
      this.#stream = chunks
      this.#end({ kind: 'stream', status, headers, chunks })
    } else if (Number(headers['content-length']) > this.#request.maxBytes) this.#break('too_large')
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    if (this.#stream !== undefined) return this.#stream.push(chunk)
    if (this.#done) return
    this.#bytes += chunk.length
    this.#chunks.push(chunk)
    if (this.#bytes > this.#request.maxBytes) this.#break('too_large')
  }

  onResponseEnd(): void {
    if (this.#stream !== undefined) return this.#stream.end()
    const [first] = this.#chunks
    const body =
      this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks)
    this.#end({
      kind: 'reply',
      status: this.#status ?? 0,
      headers: this.#headers ?? {},
      body,
    })
  }

  onResponseError(_controller: Controller, error: Error): void {
    if (this.#stream !== undefined) return this.#stream.fail('error', error)
    this.#break('error', error)
  }

  /** What undici refuses before it is a request. */
  refuse(error: unknown): void {
    this.#break('error', error)
  }

  readonly #onDeadline = (): void => this.#break('deadline')
  readonly #onCancel = (): void => {
    const reason: unknown = this.#request.signal?.reason
    if (this.#stream === undefined) this.#break('cancelled', reason)
    else this.#stream.fail('cancelled', reason)
  }

  #break(why: WireBreak['why'], error?: unknown): void {
    if (this.#done) return
    const { status, headers } = { status: this.#status, headers: this.#headers }
    this.#end({ kind: 'break', why, sent: this.#sent, status, headers, error })
    this.#chunks = []
    // Destroys the connection: what may still come on it belongs to nobody.
    this.#controller?.abort(ABORTED)
  }

  #end(result: WireResult): void {
    if (this.#done) return
    this.#done = true
    clearTimeout(this.#timer)
    if (result.kind !== 'stream') this.#forget()
    this.#resolve(result)
  }

  #forget(): void {
    this.#request.signal?.removeEventListener('abort', this.#onCancel)
  }
}
