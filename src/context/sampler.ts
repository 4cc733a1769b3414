import type { SamplerConfig } from '../config/config.ts'

/** Decides whether a trace is sampled, from its id and the caller's decision (`undefined` at a root). */
export type Sampler = (traceId: string, parentSampled: boolean | undefined) => boolean

/** Makes the sampler the standard variables ask for; the same trace id gets the same answer in every service. */
export function toSampler({ parentBased, ratio }: SamplerConfig): Sampler {
  const bound = ratio === 1 ? 2 ** 32 : Math.floor(ratio * (2 ** 32 - 1))
  return (traceId, parentSampled) => {
    if (parentBased && parentSampled !== undefined) return parentSampled
    if (ratio === 1) return true
    const difference = foldFirstBytes(traceId) - (bound >>> 24)
    return difference === 0 ? foldTraceId(traceId) < bound : difference < 0
  }
}

/** Gives the highest byte of what a trace id folds to: it decides but for one id in 256, and takes a quarter of the digits. */
function foldFirstBytes(traceId: string): number {
  const high =
    digitAt(traceId, 0) ^ digitAt(traceId, 8) ^ digitAt(traceId, 16) ^ digitAt(traceId, 24)
  const low =
    digitAt(traceId, 1) ^ digitAt(traceId, 9) ^ digitAt(traceId, 17) ^ digitAt(traceId, 25)
  return high * 16 + low
}

/** Gives the value of a hexadecimal digit, lower case. */
function digitAt(digits: string, at: number): number {
  const code = digits.charCodeAt(at)
  return code < CODE_OF_A ? code - CODE_OF_0 : code - CODE_OF_A + 10
}

const CODE_OF_0 = 0x30
const CODE_OF_A = 0x61

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
