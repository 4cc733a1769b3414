/** An amount of bytes: `'20MB'` (10⁶), `'1MiB'` (2²⁰), or bytes. */
export type ByteSize = number | `${number}${'B' | 'KB' | 'MB' | 'GB' | 'KiB' | 'MiB' | 'GiB'}`

const UNIT_BYTES: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
}

/** Gives the bytes of a size; `undefined` for what is none. */
export function toBytes(size: ByteSize): number | undefined {
  if (typeof size === 'number') return Number.isSafeInteger(size) && size > 0 ? size : undefined
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([KMG]i?B|B)$/.exec(size) ?? []
  const bytes = Math.floor(Number(amount) * (UNIT_BYTES[unit] ?? Number.NaN))
  return bytes > 0 ? bytes : undefined
}
