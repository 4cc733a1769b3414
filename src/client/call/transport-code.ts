/**
 * What can go wrong with any call, beside the errors its contract declares. A closed set: a `switch`
 * over it and the declared codes is complete.
 *
 * `unavailable` no provider took or finished it · `deadline_exceeded` its time ran out · `overloaded`
 * the provider, or this process, takes no more · `cancelled` the caller gave up · `bad_response` a
 * reply that breaks the contract or HTTP · `undeclared` an error the contract does not name.
 */
export const TRANSPORT_CODES = [
  'unavailable',
  'deadline_exceeded',
  'overloaded',
  'cancelled',
  'bad_response',
  'undeclared',
] as const

/** One of `TRANSPORT_CODES`. */
export type TransportCode = (typeof TRANSPORT_CODES)[number]

const KNOWN: ReadonlySet<string> = new Set(TRANSPORT_CODES)

/** Says whether a code is one of the closed set. */
export function isTransportCode(code: unknown): code is TransportCode {
  return typeof code === 'string' && KNOWN.has(code)
}
