import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Signal } from '../../src/context/facts.ts'
import { Readiness } from '../../src/lifecycle/readiness.ts'
import { onShutdown, shutDown, type ShutdownParts } from '../../src/lifecycle/shutdown.ts'

let told: string[]

beforeEach(() => {
  told = []
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('onShutdown hooks share one budget', () => {
  test('one that hangs is named, and those after it still get their share', async () => {
    onShutdown('early', () => {
      told.push('early')
    })
    onShutdown('slow but in time', () => later(250).then(() => told.push('slow')))
    onShutdown('hangs', () => new Promise(() => undefined))

    await run(partsOf({ hooksMs: 900 }))
    expect(told).toEqual(['warn: onShutdown hook "hangs" did not end in 300 ms', 'slow', 'early'])
  })

  test('time that one does not need is for the next', async () => {
    onShutdown('needs more than a third', () => later(800).then(() => told.push('done')))
    onShutdown(() => undefined)
    onShutdown(() => undefined)

    await run(partsOf({ hooksMs: 900 }))
    expect(told).toEqual(['done'])
  })

  test('a hook without a name of its own is named by its function, or by its number', async () => {
    onShutdown(function closePool() {
      throw new Error('no pool')
    })
    onShutdown(() => Promise.reject(new Error('none')))

    await run(partsOf({ hooksMs: 900 }))
    expect(told).toEqual([
      'warn: onShutdown hook "hook 2" failed: none',
      'warn: onShutdown hook "closePool" failed: no pool',
    ])
  })

  test('a hook runs once, also when the service is shut down twice', async () => {
    onShutdown('pool', () => {
      told.push('pool')
    })
    await run(partsOf({}))
    await run(partsOf({}))
    expect(told).toEqual(['pool'])
  })
})

describe('telemetry is delivered side by side, within one deadline', () => {
  test('one that hangs and one that throws do not keep the others; the log comes last', async () => {
    const signals: Signal[] = [
      toSignal('logging', async () => {
        told.push('log')
      }),
      toSignal('tracing', (deadlineMs) => later(deadlineMs)),
      toSignal('metrics', () => Promise.reject(new Error('broken'))),
      toSignal('errors', async () => {
        told.push('errors')
      }),
    ]
    const startedAt = Date.now()
    const ended = shutDown('SIGTERM', { ...partsOf({ flushMs: 5000 }), signals })
    const tookMs = ended.then(() => Date.now() - startedAt)
    await vi.advanceTimersByTimeAsync(60_000)

    expect(await tookMs).toBe(5000)
    expect(told).toEqual(['errors', 'log'])
  })
})

test('a service is not ready from the moment its end begins', async () => {
  const readiness = new Readiness()
  const ended = shutDown('SIGTERM', { ...partsOf({ propagationMs: 5000 }), readiness })
  expect(await readiness.report()).toEqual({
    ready: false,
    reason: 'draining: SIGTERM',
    checks: {},
  })
  await vi.advanceTimersByTimeAsync(60_000)
  await ended
})

async function run(parts: ShutdownParts): Promise<void> {
  const ended = shutDown('SIGTERM', parts)
  await vi.advanceTimersByTimeAsync(60_000)
  await ended
}

function partsOf(budgets: Partial<ShutdownParts['budgets']>): ShutdownParts {
  return {
    budgets: { propagationMs: 0, drainMs: 0, hooksMs: 0, flushMs: 0, ...budgets },
    readiness: new Readiness(),
    signals: [],
    notice: (level, message) => void told.push(`${level}: ${message}`),
  }
}

function toSignal(name: Signal['name'], flush: Signal['flush']): Signal {
  return { name, sink: {}, flush }
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
