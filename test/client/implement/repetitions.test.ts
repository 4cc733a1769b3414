import { describe, expect, test } from 'vitest'
import {
  contract,
  implement,
  type KeptReply,
  op,
  type ReplyStore,
  type ServeOptions,
} from 'servicex/contract'
import * as z from 'zod'
import { ReplyMemory } from '../../../src/client/implement/reply-memory.ts'

const orders = contract('orders', {
  order: op.post('/orders', {
    body: z.object({ count: z.int() }),
    ok: [201, z.object({ number: z.int() })],
    errors: { sold_out: 409 },
    idempotency: 'key',
  }),
  plain: op.post('/plain', {
    body: z.object({ count: z.int() }),
    ok: z.object({ number: z.int() }),
  }),
})

/** What the handler does in place of giving the number of the order. */
type Work = (signal: AbortSignal) => unknown

interface Served {
  readonly ask: (facts?: Asked) => Promise<Response>
  readonly count: () => number
}

interface Asked {
  readonly key?: string
  readonly count?: number
  readonly path?: string
  readonly headers?: Record<string, string>
}

function serve(options: ServeOptions = {}, work: Work = () => undefined): Served {
  let number = 0
  const routes = implement(
    orders,
    {
      async order({ body, fail, signal }) {
        number += 1
        const mine = number
        if (body.count > 100) fail('sold_out')
        await work(signal)
        return { number: mine }
      },
      plain: () => ({ number: (number += 1) }),
    },
    options,
  )
  const ask = async ({ key = 'k1', count = 1, path = '/orders', headers }: Asked = {}) =>
    routes.fetch(
      new Request(`http://orders.test${path}`, {
        method: 'POST',
        body: JSON.stringify({ count }),
        headers: { 'content-type': 'application/json', 'idempotency-key': key, ...headers },
      }),
    )
  return { ask, count: () => number }
}

describe('a request with a key that came before', () => {
  test('is given the first reply, and no work is done', async () => {
    const { ask, count } = serve()
    const [first, again] = [await ask(), await ask()]
    expect([first.status, again.status]).toEqual([201, 201])
    expect(await again.json()).toEqual(await first.json())
    expect(first.headers.get('idempotent-replayed')).toBeNull()
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(count()).toBe(1)
  })

  test('waits for the first while it is at work', async () => {
    const gate = Promise.withResolvers<void>()
    const { ask, count } = serve({}, () => gate.promise)
    const asked = [ask(), ask(), ask()]
    gate.resolve()
    const replies = await Promise.all(asked.map(async (reply) => (await reply).json()))
    expect(replies).toEqual([{ number: 1 }, { number: 1 }, { number: 1 }])
    expect(count()).toBe(1)
  })

  test('is given a declared error again', async () => {
    const { ask, count } = serve()
    for (const reply of [await ask({ count: 101 }), await ask({ count: 101 })]) {
      expect(reply.status).toBe(409)
      expect(await reply.json()).toMatchObject({ code: 'sold_out' })
    }
    expect(count()).toBe(1)
  })

  test('is worked on anew when the first failed', async () => {
    const { ask, count } = serve({}, () => {
      if (count() < 3) throw new Error('the database is away')
    })
    const replies = await Promise.all([ask(), ask(), ask(), ask()])
    expect(replies.map(({ status }) => status)).toEqual([500, 500, 201, 201])
    expect(count()).toBe(3)
  })

  test('is given what became of the work though the first had no time left for it', async () => {
    const gate = Promise.withResolvers<void>()
    const { ask, count } = serve({}, () => gate.promise)
    const late = await ask({ headers: { 'x-request-timeout-ms': '20' } })
    expect(late.status).toBe(504)
    const again = ask()
    gate.resolve()
    expect(await (await again).json()).toEqual({ number: 1 })
    expect(count()).toBe(1)
  })

  test('whose own time is up meanwhile does no work later', async () => {
    const gate = Promise.withResolvers<void>()
    const { ask, count } = serve({}, async () => {
      await gate.promise
      throw new Error('the database is away')
    })
    const first = ask()
    expect((await ask({ headers: { 'x-request-timeout-ms': '20' } })).status).toBe(504)
    gate.resolve()
    expect((await first).status).toBe(500)
    await new Promise(setImmediate)
    expect(count()).toBe(1)
  })

  test('and asks for something else is refused', async () => {
    const { ask, count } = serve()
    await ask({ count: 1 })
    const other = await ask({ count: 2 })
    expect(other.status).toBe(422)
    expect(await other.json()).toMatchObject({ code: 'idempotency_key_reused' })
    expect(count()).toBe(1)
  })

  test.for(['authorization', 'cookie', 'x-api-key'])(
    'and is of another caller (%s) is its own',
    async (header) => {
      const { ask, count } = serve()
      const asked = ['one', 'two', 'one'].map((caller) => ask({ headers: { [header]: caller } }))
      const replies = await Promise.all(asked.map(async (reply) => (await reply).json()))
      expect(replies).toEqual([{ number: 1 }, { number: 2 }, { number: 1 }])
      expect(count()).toBe(2)
    },
  )

  test('of an operation that declares no key is the handler’s to recognise', async () => {
    const { ask } = serve()
    const numbers = [await ask({ path: '/plain' }), await ask({ path: '/plain' })]
    expect(await Promise.all(numbers.map((reply) => reply.json()))).toEqual([
      { number: 1 },
      { number: 2 },
    ])
  })

  test('is the handler’s to recognise where it says so', async () => {
    const { ask, count } = serve({ replies: false })
    await ask()
    await ask()
    expect(count()).toBe(2)
  })
})

describe('a store that pods share', () => {
  test('gives a repetition its reply whichever pod it comes to', async () => {
    const replies = openShared()
    const [one, other] = [serve({ replies }), serve({ replies })]
    expect(await (await one.ask()).json()).toEqual({ number: 1 })
    const again = await other.ask()
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(other.count()).toBe(0)
  })

  test('makes it wait and come again while another pod is at work', async () => {
    const replies = openShared()
    const gate = Promise.withResolvers<void>()
    const [one, other] = [serve({ replies }, () => gate.promise), serve({ replies })]
    const first = one.ask()
    const again = await other.ask()
    expect(again.status).toBe(409)
    expect(again.headers.get('x-retry-safe')).toBe('1')
    expect(again.headers.get('retry-after')).toBe('1')
    gate.resolve()
    expect((await first).status).toBe(201)
  })

  test('that does not answer lets nothing be done, as it could be done twice', async () => {
    const away = (): never => {
      throw new Error('redis://user:secret@host is away')
    }
    const { ask, count } = serve({ replies: { take: away, keep: away, drop: away } })
    const refused = await ask()
    expect(refused.status).toBe(503)
    expect(await refused.text()).not.toContain('secret')
    expect(count()).toBe(0)
  })

  test('that cannot keep a reply does not hold it back', async () => {
    const replies = openShared()
    const { ask } = serve({
      replies: { ...replies, keep: () => Promise.reject(new Error('full')) },
    })
    expect((await ask()).status).toBe(201)
  })
})

describe('the memory of a process', () => {
  const reply = { status: 200, headers: {}, body: 'x'.repeat(2 ** 20) }

  test('forgets a reply after an hour', () => {
    let nowMs = 0
    const memory = new ReplyMemory(() => nowMs)
    memory.take('a', { request: 'r' })
    memory.keep('a', { request: 'r', reply })
    nowMs = 3_599_999
    expect(memory.take('a', { request: 'r' })).toMatchObject({ reply })
    nowMs = 3_600_000
    expect(memory.take('a', { request: 'r' })).toBeUndefined()
  })

  test('holds 16 MiB of replies and 10 000 keys at most; the oldest go', () => {
    const memory = new ReplyMemory(() => 0)
    for (let key = 0; key < 20; key += 1) memory.keep(`${key}`, { request: 'r', reply })
    expect(memory.take('19', { request: 'r' })).toMatchObject({ reply })
    expect(memory.take('0', { request: 'r' })).toBeUndefined()
    for (let key = 0; key < 10_001; key += 1) memory.take(`k${key}`, { request: 'r' })
    expect(memory.take('19', { request: 'r' })).toBeUndefined()
  })
})

/** As a store outside of the process: it holds data, and answers later. */
function openShared(): ReplyStore {
  const entries = new Map<string, string>()
  return {
    async take(key, taken) {
      const known = entries.get(key)
      if (known === undefined) entries.set(key, JSON.stringify(taken))
      return known === undefined ? undefined : (JSON.parse(known) as KeptReply)
    },
    async keep(key, kept) {
      entries.set(key, JSON.stringify(kept))
    },
    async drop(key) {
      entries.delete(key)
    },
  }
}
