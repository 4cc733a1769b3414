/** How many series a metric may have, and who is told when it would have more. */
export interface SeriesCap {
  readonly maxSeries: number
  /** Called for each observation beyond the cap, with the label values seen so far. */
  onOverflow(
    metric: string,
    labels: readonly string[],
    seen: () => readonly (readonly string[])[],
  ): void
}

/** Gives the label with the most different values: the one that exploded. */
export function explodedLabel(
  labels: readonly string[],
  seen: readonly (readonly string[])[],
): { label: string; values: number } {
  const counts = labels.map((label, index) => ({
    label,
    values: new Set(seen.map((values) => values[index])).size,
  }))
  return counts.toSorted((a, b) => b.values - a.values)[0] ?? { label: '', values: 0 }
}
