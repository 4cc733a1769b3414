const BLOCK_BYTES = 512

/** Gives the file of a tar archive whose path ends with `path`. Source: POSIX ustar. */
export function findTarFile(tar: Buffer, path: string): Buffer | undefined {
  for (let at = 0; at + BLOCK_BYTES <= tar.length;) {
    const header = tar.subarray(at, at + BLOCK_BYTES)
    const name = textAt(header, 0, 100)
    if (name === '') return undefined
    const prefix = textAt(header, 345, 155)
    const sizeBytes = Number.parseInt(textAt(header, 124, 12), 8)
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) return undefined
    const full = prefix === '' ? name : `${prefix}/${name}`
    const start = at + BLOCK_BYTES
    if (full === path || full.endsWith(`/${path}`)) return tar.subarray(start, start + sizeBytes)
    at = start + Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES
  }
  return undefined
}

function textAt(header: Buffer, start: number, length: number): string {
  const bytes = header.subarray(start, start + length)
  const end = bytes.indexOf(0)
  return bytes
    .subarray(0, end === -1 ? length : end)
    .toString('utf8')
    .trim()
}
