/** The part of a word that may be mistyped for another to be suggested in its place. */
const MISTYPED_PART = 0.4

/** Gives the one of `names` that `word` is most likely a slip of, without regard to case, or nothing. */
export function suggestName(word: string, names: readonly string[]): string | undefined {
  const near = names
    .map((name) => ({ name, slips: countSlips(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, slips }) => slips <= Math.max(word.length, name.length) * MISTYPED_PART)
  return near.toSorted((a, b) => a.slips - b.slips)[0]?.name
}

/** Counts the letters to add, drop, change or swap with their neighbour to make `b` of `a`. */
function countSlips(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1]
      const isSwap = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (isSame ? 0 : 1),
        isSwap ? at(beforeLast, column - 2) + 1 : Infinity,
      )
    }
    beforeLast = last
    last = current
  }
  return at(last, b.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity
}
