/** A contract, or a generated client: anything that says whose it is. */
export interface ServiceReference {
  readonly service: { readonly name: string }
}

/** Gives the name of the service that a name, a contract or a client stands for; nothing when it is none of them. */
export function toReferredService(reference: unknown): string | undefined {
  if (typeof reference === 'string') return reference
  const isObject = typeof reference === 'object' && reference !== null
  if (!isObject && typeof reference !== 'function') return undefined
  const { service } = reference as { readonly service?: { readonly name?: unknown } }
  return typeof service?.name === 'string' ? service.name : undefined
}
