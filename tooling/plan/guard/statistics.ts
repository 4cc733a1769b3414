/** How many of how many. */
export interface Share {
  readonly count: number
  readonly of: number
}

/** One-sided, of 99.9 %: there are a dozen looks at each deploy, and one in a hundred deploys may be wrong at most. */
const Z = 3.09

/**
 * Gives by how much the second share is above the first at least, as far as chance lets us say; below
 * zero where it may be no difference at all. Holds for few requests and for rare errors as well.
 * Source: Newcombe 1998, method 10, of Wilson's intervals.
 */
export function toLeastIncrease(before: Share, after: Share, z: number = Z): number {
  const [a, b] = [before.count / before.of, after.count / after.of]
  const lower = toWilson(after, -z)
  const upper = toWilson(before, z)
  return b - a - Math.hypot(b - lower, upper - a)
}

/** Source: Wilson 1927, the score interval of a share. */
function toWilson({ count, of }: Share, z: number): number {
  const share = count / of
  const centre = share + (z * z) / (2 * of)
  const spread = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of))
  return (centre + spread) / (1 + (z * z) / of)
}

/** Counts of a histogram: those of at most a bound, by the bound. */
export type Buckets = ReadonlyMap<number, number>

/** Gives the value that `share` of all are below, within a bucket by proportion. Source: Prometheus, histogram_quantile. */
export function toQuantile(buckets: Buckets, share: number): number {
  const sorted = toSorted(buckets)
  const total = sorted.at(-1)?.[1] ?? 0
  const rank = total * share
  let [floor, below] = [0, 0]
  for (const [bound, count] of sorted) {
    if (count >= rank && count > below)
      return bound === Infinity
        ? floor
        : floor + ((bound - floor) * (rank - below)) / (count - below)
    ;[floor, below] = [bound, count]
  }
  return floor
}

/** Gives how many are above `value`, within a bucket by proportion. */
export function countAbove(buckets: Buckets, value: number): Share {
  const sorted = toSorted(buckets)
  const of = sorted.at(-1)?.[1] ?? 0
  let [floor, below] = [0, 0]
  for (const [bound, count] of sorted) {
    if (value <= bound) {
      // Of those above the last bound nothing more is known.
      const part = bound === Infinity ? 0 : (value - floor) / (bound - floor)
      return { count: of - below - (count - below) * part, of }
    }
    ;[floor, below] = [bound, count]
  }
  return { count: 0, of }
}

function toSorted(buckets: Buckets): [number, number][] {
  return [...buckets].toSorted(([a], [b]) => a - b)
}
