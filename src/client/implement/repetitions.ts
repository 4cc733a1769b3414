import { CONTRACT_HEADERS } from '../../convention/contract-wire.ts'
import { captureError } from '../../logging/log.ts'
import type { KeyedRequest } from './keyed-request.ts'
import type { OutgoingReply } from './outgoing-reply.ts'
import { Refusal } from './refusal.ts'
import type { KeptReply, ReplyStore } from './reply-store.ts'

/** Nothing was done for the request; whoever began may be done by then. */
const LATER = { [CONTRACT_HEADERS.retrySafe]: '1', 'retry-after': '1' }

/** How the work for a request ended. */
export interface WorkEnd {
  readonly reply: OutgoingReply
  /** It is an answer, and stays one: no failure that may pass. */
  readonly isAnswer: boolean
}

/**
 * Does the work of an `Idempotency-Key` once. A repetition waits for the first and gets its reply;
 * when the first failed, the work is done anew. Another request with the same key is refused.
 */
export class Repetitions {
  readonly #store: ReplyStore
  readonly #underWay = new Map<string, Promise<unknown>>()

  constructor(store: ReplyStore) {
    this.#store = store
  }

  /** Gives the reply, of `work` or kept. Rejects with what `work` rejects with, with a refusal, or when `signal` has aborted. */
  async answer(
    asked: KeyedRequest,
    signal: AbortSignal,
    work: () => Promise<WorkEnd>,
  ): Promise<OutgoingReply> {
    for (;;) {
      const first = this.#underWay.get(asked.key)
      if (first === undefined) break
      await first
    }
    // Nobody waits for it any more.
    signal.throwIfAborted()
    const working = this.#answerFirst(asked, work)
    const end = (): unknown => this.#underWay.delete(asked.key)
    this.#underWay.set(asked.key, working.then(end, end))
    return working
  }

  async #answerFirst(
    { key, digest }: KeyedRequest,
    work: () => Promise<WorkEnd>,
  ): Promise<OutgoingReply> {
    const known = await this.#take(key, { request: digest })
    if (known === undefined) return this.#work({ key, digest }, work)
    if (known.request !== digest)
      throw new Refusal('idempotency_key_reused', {
        detail: 'the key came with another request before',
      })
    if (known.reply === undefined)
      throw new Refusal('idempotency_key_in_use', {
        detail: 'the first request with this key is at work',
        headers: LATER,
      })
    const headers = { ...known.reply.headers, [CONTRACT_HEADERS.replayed]: 'true' }
    return { ...known.reply, headers }
  }

  async #take(key: string, taken: KeptReply): Promise<KeptReply | undefined> {
    try {
      return await this.#store.take(key, taken)
    } catch (cause) {
      // To go on without it could do the work twice.
      throw new Refusal('unavailable', {
        detail: 'repetitions cannot be recognised now',
        headers: LATER,
        cause,
      })
    }
  }

  async #work({ key, digest }: KeyedRequest, work: () => Promise<WorkEnd>): Promise<OutgoingReply> {
    let end: WorkEnd
    try {
      end = await work()
    } catch (error) {
      await this.#write(() => this.#store.drop(key))
      throw error
    }
    const { status, headers, body } = end.reply
    const isKept = end.isAnswer && (body === undefined || typeof body === 'string')
    await this.#write(() =>
      isKept
        ? this.#store.keep(key, { request: digest, reply: { status, headers, body } })
        : this.#store.drop(key),
    )
    return end.reply
  }

  /** The work is done: its reply goes out all the same. */
  async #write(write: () => Promise<void> | void): Promise<void> {
    try {
      await write()
    } catch (error) {
      captureError(error)
    }
  }
}
