/** Gives the content types of `types` that none of `others` covers; `image/*` covers `image/png`. */
export function uncovered(types: readonly string[], others: readonly string[]): readonly string[] {
  return types.filter((type) => !others.some((other) => covers(other, type)))
}

function covers(range: string, type: string): boolean {
  const [family, kind] = range.split('/')
  const [otherFamily, otherKind] = type.split('/')
  const isFamily = family === '*' || family === otherFamily
  return isFamily && (kind === '*' || kind === otherKind)
}
