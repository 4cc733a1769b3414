const OFFSET = 0xcb_f2_9c_e4_84_22_23_25n
const PRIME = 0x1_00_00_00_01_b3n

/** Gives a short, stable name for a text. Source: FNV-1a, 64 bits. */
export function toHash(text: string): string {
  let hash = OFFSET
  for (const byte of new TextEncoder().encode(text.slice(0, 4_096)))
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME)
  return hash.toString(16).padStart(16, '0')
}
