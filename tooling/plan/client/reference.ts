const PREFIX = '#/components/schemas/'

/** Gives the name of the schema that a reference of a snapshot leads to; nothing when it leads elsewhere. */
export function nameOfReference(reference: unknown): string | undefined {
  return typeof reference === 'string' && reference.startsWith(PREFIX)
    ? decodeURIComponent(reference.slice(PREFIX.length)).replaceAll('~1', '/').replaceAll('~0', '~')
    : undefined
}
