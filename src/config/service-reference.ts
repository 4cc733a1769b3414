/** The key under which a contract or a generated client says whose it is. Shared by every copy of servicex. */
export const SERVICE_REFERENCE: unique symbol = Symbol.for('servicex.service') as never

/** What a contract or a generated client says of itself: all that a declaration needs to know. */
export interface ServiceFacts {
  /** The name of the service that offers the operations. */
  readonly service: string
  /** Gives the contract as JSON, OpenAPI 3.1. */
  readonly toSnapshot?: () => unknown
  /** The operations that are used, by name; all of them when absent. */
  readonly operations?: readonly string[]
}

/** A contract, or a generated client: anything that says under `SERVICE_REFERENCE` whose it is. */
export interface ServiceReference {
  readonly [SERVICE_REFERENCE]: ServiceFacts
}

/** Gives what a name, a contract or a client says of a service; nothing when it is none of them. */
export function toServiceFacts(reference: unknown): ServiceFacts | undefined {
  if (typeof reference === 'string') return { service: reference }
  const isObject = typeof reference === 'object' && reference !== null
  if (!isObject && typeof reference !== 'function') return undefined
  const facts = (reference as Partial<ServiceReference>)[SERVICE_REFERENCE]
  return typeof facts?.service === 'string' ? facts : undefined
}
