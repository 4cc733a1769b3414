/** One half of an exponential histogram: the index of its first bucket, and the count of each. */
export interface ExponentialBuckets {
  readonly offset: number
  readonly counts: readonly number[]
}

/** The buckets of an exponential histogram. */
export interface ExponentialHistogram {
  readonly scale: number
  readonly zeroCount: number
  readonly positive: ExponentialBuckets
  readonly negative: ExponentialBuckets
}

/** More is not told apart on a plot. Source: the OpenTelemetry SDK's default, 160. */
const MAX_BUCKETS = 160

/** Gives an exponential histogram as one with bounds. Source: OpenTelemetry, bucket i ends at 2^((i+1)/2^scale). */
export function toExplicitHistogram(histogram: ExponentialHistogram): {
  readonly bounds: readonly number[]
  readonly counts: readonly number[]
} {
  const { scale, zeroCount, positive, negative } = histogram
  const base = 2 ** (2 ** -scale)
  const below = sum(negative.counts) + zeroCount
  const counts = positive.counts.slice(0, MAX_BUCKETS)
  const bounds = [
    base ** positive.offset,
    ...counts.map((_, i) => base ** (positive.offset + i + 1)),
  ]
  const usable = bounds.every(Number.isFinite)
  if (!usable) return { bounds: [], counts: [] }
  return { bounds, counts: [below, ...counts, sum(positive.counts.slice(MAX_BUCKETS))] }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
