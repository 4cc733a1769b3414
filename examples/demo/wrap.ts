const WIDTH = 100

/** Joins pieces of one text into rows of at most 100 characters; a longer piece has a row of its own. */
export function wrap(pieces: readonly string[]): readonly string[] {
  const rows: string[] = []
  for (const piece of pieces) {
    const last = rows.at(-1)
    if (last !== undefined && last.length + piece.length <= WIDTH)
      rows[rows.length - 1] = last + piece
    else rows.push(rows.length === 0 ? piece : ` ${piece.trimStart()}`)
  }
  return rows
}
