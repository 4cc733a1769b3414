const MODULUS = 2n ** 64n
/** Source: FNV-1a, 64 bits: offset basis and prime. */
const BASIS = 14_695_981_039_346_656_037n
const PRIME = 1_099_511_628_211n

/** Gives 16 hex digits that change when a record does, whatever the order of its keys. No use against an attacker. */
export function toContentHash(record: Readonly<Record<string, string>>): string {
  const text = JSON.stringify(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  const hash = [...new TextEncoder().encode(text)].reduce(
    (sum, byte) => ((sum ^ BigInt(byte)) * PRIME) % MODULUS,
    BASIS,
  )
  return hash.toString(16).padStart(16, '0')
}
