import type { SamplerConfig } from '../config/config.ts'

/** Decides whether a trace is sampled, from its id and the caller's decision (`undefined` at a root). */
export type Sampler = (traceId: string, parentSampled: boolean | undefined) => boolean

/** Makes the sampler the standard variables ask for; the same trace id gets the same answer in every service. */
export function toSampler({ parentBased, ratio }: SamplerConfig): Sampler {
  const bound = ratio === 1 ? 2 ** 32 : Math.floor(ratio * (2 ** 32 - 1))
  return (traceId, parentSampled) => {
    if (parentBased && parentSampled !== undefined) return parentSampled
    return ratio === 1 || foldTraceId(traceId) < bound
  }
}

const TRACE_ID_BYTES = 16
const bytes = Buffer.alloc(TRACE_ID_BYTES)

/**
 * Folds a trace id to 32 bits by xor. Source: the OpenTelemetry JS SDK's TraceIdRatioBasedSampler, so that mixed fleets agree.
 * By its bytes, and in one call: an id is a part of a longer text, of which each digit has to be looked for.
 */
function foldTraceId(traceId: string): number {
  bytes.write(traceId, 'hex')
  const half = bytes.readInt32BE(0) ^ bytes.readInt32BE(4)
  return (half ^ bytes.readInt32BE(8) ^ bytes.readInt32BE(12)) >>> 0
}
