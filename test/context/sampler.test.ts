import { ROOT_CONTEXT } from '@opentelemetry/api'
import { SamplingDecision, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace'
import { describe, expect, test } from 'vitest'
import { newTraceId } from '../../src/context/ids.ts'
import { toSampler } from '../../src/context/sampler.ts'

const EDGES = [
  '0'.repeat(31) + '1',
  'f'.repeat(32),
  `7fffffff${'0'.repeat(24)}`,
  `80000000${'0'.repeat(24)}`,
  `ffffffff${'0'.repeat(24)}`,
  `fffffffe${'0'.repeat(24)}`,
]

describe('sampler', () => {
  test.for([0, 0.000_001, 0.1, 0.25, 1 / 3, 0.5, 0.999, 1])(
    'at a ratio of %d it decides as the OpenTelemetry SDK does',
    (ratio) => {
      const ours = toSampler({ parentBased: false, ratio })
      const theirs = new TraceIdRatioBasedSampler(ratio)
      for (const traceId of [...EDGES, ...Array.from({ length: 2000 }, newTraceId)]) {
        const { decision } = theirs.shouldSample(ROOT_CONTEXT, traceId)
        const sampled = decision === SamplingDecision.RECORD_AND_SAMPLED
        expect(ours(traceId, undefined), traceId).toBe(sampled)
      }
    },
  )

  test('a caller’s decision is followed when it is parent-based, and only then', () => {
    for (const ratio of [0, 1]) {
      const following = toSampler({ parentBased: true, ratio })
      expect(following(newTraceId(), true)).toBe(true)
      expect(following(newTraceId(), false)).toBe(false)
      expect(following(newTraceId(), undefined)).toBe(ratio === 1)
      const deciding = toSampler({ parentBased: false, ratio })
      expect(deciding(newTraceId(), ratio === 0)).toBe(ratio === 1)
    }
  })

  test('a tenth of the traces is a tenth', () => {
    const sampler = toSampler({ parentBased: true, ratio: 0.1 })
    const sampled = Array.from({ length: 20_000 }, newTraceId).filter((id) =>
      sampler(id, undefined),
    )
    expect(sampled.length / 20_000).toBeCloseTo(0.1, 1)
  })
})
