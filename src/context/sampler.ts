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

/** Folds a trace id to 32 bits by xor. Source: the OpenTelemetry JS SDK's TraceIdRatioBasedSampler, so that mixed fleets agree. */
function foldTraceId(traceId: string): number {
  let folded = 0
  for (let at = 0; at < traceId.length; at += 8)
    folded ^= Number.parseInt(traceId.slice(at, at + 8), 16)
  return folded >>> 0
}
