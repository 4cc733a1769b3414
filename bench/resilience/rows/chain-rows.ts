import { once } from 'node:events'
import { createServer, request as sendRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { client, contract, implement, op } from 'servicex/contract'
import { recordSignals } from 'servicex/testing'
import * as z from 'zod'
import { ms, type Row } from '../row.ts'

const step = contract('step', {
  go: op.get('/go/{id}', {
    params: z.object({ id: z.string() }),
    ok: z.object({ id: z.string() }),
  }),
})

interface Layer {
  readonly url: string
  /** What each request said that it has left, milliseconds. */
  readonly leftMs: number[]
  /** When a request's signal aborted, on the process's clock. */
  readonly abortedAtMs: number[]
  close(): Promise<void>
}

type Work = (signal: AbortSignal) => Promise<unknown>

/** Opens a service whose one operation does `work`. */
async function openLayer(work: Work): Promise<Layer> {
  const leftMs: number[] = []
  const abortedAtMs: number[] = []
  const routes = implement(step, {
    async go({ params, signal }) {
      signal.addEventListener('abort', () => abortedAtMs.push(performance.now()), { once: true })
      await work(signal)
      return { id: params.id }
    },
  })
  const server: Server = createServer((request, response) => {
    leftMs.push(Number(request.headers['x-request-timeout-ms'] ?? Number.NaN))
    routes.node(request, response)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    leftMs,
    abortedAtMs,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A handler that calls the next service. */
function calling(next: Layer): Work {
  const calls = client(step, { baseUrl: next.url })
  return () => calls.go({ id: 'a' }).orThrow()
}

/** Rows of the table that are about several services in a row; only servicex has both of their sides. */
export const CHAIN_ROWS: readonly Row[] = [
  {
    number: 17,
    only: 'servicex',
    fault: 'A → B → C, C hangs, A has 500 ms',
    needs:
      'C is aborted ≤ 550 ms; what is left falls from hop to hop; B sends nothing with < 5 ms left',
    async measure() {
      const recording = recordSignals()
      const c = await openLayer((signal) => sleep(60_000, undefined, { signal }))
      const b = await openLayer(calling(c))
      const began = performance.now()
      const ended = await client(step, { baseUrl: b.url }).go({ id: 'a' }, { deadline: 500 })
      const tookMs = performance.now() - began
      await until(() => c.abortedAtMs.length > 0, 1000)
      const abortedMs = (c.abortedAtMs[0] ?? Number.POSITIVE_INFINITY) - began
      const left = [b.leftMs[0] ?? 0, c.leftMs[0] ?? 0]
      // An attempt of these has half, and B 10 ms less: some are sent on, and none with less than 5 left.
      const before = c.leftMs.length
      for (let deadline = 10; deadline < 100; deadline += 3)
        await client(step, { baseUrl: b.url }).go({ id: 'a' }, { deadline })
      const sentOn = c.leftMs.slice(before)
      const least = Math.min(...sentOn)
      await Promise.all([b.close(), c.close()])
      recording.stop()
      return {
        figures: `aborted after ${ms(abortedMs)}, left 500 → ${left.join(' → ')} ms; least sent with ${least} ms`,
        holds:
          !ended.ok &&
          abortedMs <= 550 &&
          tookMs <= 550 &&
          500 >= (left[0] ?? 0) &&
          (left[0] ?? 0) > (left[1] ?? 0) &&
          (left[1] ?? 0) > 0 &&
          sentOn.length > 0 &&
          least >= 5,
      }
    },
  },
  {
    number: 18,
    only: 'servicex',
    fault: 'the caller of B leaves; B calls C, which hangs',
    needs: 'both handlers are aborted ≤ 50 ms',
    async measure() {
      const recording = recordSignals()
      const c = await openLayer((signal) => sleep(60_000, undefined, { signal }))
      const b = await openLayer(calling(c))
      const asked = sendRequest(`${b.url}/go/a`).on('error', () => undefined)
      asked.end()
      await until(() => c.leftMs.length > 0, 2000)
      const leftAt = performance.now()
      asked.destroy()
      await until(() => b.abortedAtMs.length > 0 && c.abortedAtMs.length > 0, 2000)
      const tookMs = [...b.abortedAtMs, ...c.abortedAtMs].map((at) => at - leftAt)
      await Promise.all([b.close(), c.close()])
      recording.stop()
      return {
        figures: `B after ${ms(tookMs[0] ?? Infinity)}, C after ${ms(tookMs[1] ?? Infinity)}`,
        holds: tookMs.length === 2 && tookMs.every((each) => each <= 50),
      }
    },
  },
  {
    number: 19,
    only: 'servicex',
    fault: 'three services in a row, the last answers 503',
    needs: 'requests of the last a user request ≤ 1.25',
    async measure({ short }) {
      const recording = recordSignals()
      let leaves = 0
      const leaf = createServer((_, response) => {
        leaves += 1
        response.writeHead(503).end()
      })
      await once(leaf.listen(0, '127.0.0.1'), 'listening')
      const url = `http://127.0.0.1:${(leaf.address() as AddressInfo).port}`
      const c = await openLayer(calling({ url } as Layer))
      const b = await openLayer(calling(c))
      const calls = client(step, { baseUrl: b.url })
      const count = short ? 150 : 600
      for (let at = 0; at < count; at += 1) await calls.go({ id: 'a' })
      await Promise.all([b.close(), c.close()])
      leaf.closeAllConnections()
      leaf.close()
      recording.stop()
      const ratio = leaves / count
      return { figures: `${ratio.toFixed(2)} requests`, holds: ratio <= 1.25 }
    },
  },
]

async function until(isTrue: () => boolean, withinMs: number): Promise<void> {
  const end = performance.now() + withinMs
  while (!isTrue() && performance.now() < end) await sleep(2)
}
