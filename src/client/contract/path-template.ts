/** One part of a path between slashes: fixed text, or a parameter. */
export type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'parameter'; readonly name: string }

/** Unreserved and sub-delimiter characters. Source: RFC 3986 §3.3, without percent-encoding. */
const TEXT = /^[-\w.~!$&'()*+,;=:@]+$/
const PARAMETER = /^\{([A-Za-z_]\w*)\}$/

/** Gives the parts of a path template, none for `/`; `undefined` for what is no template. */
export function toSegments(template: string): readonly Segment[] | undefined {
  if (typeof template !== 'string' || !template.startsWith('/')) return undefined
  if (template === '/') return []
  const segments = template
    .slice(1)
    .split('/')
    .map((part): Segment | undefined => {
      const [, name] = PARAMETER.exec(part) ?? []
      if (name !== undefined) return { kind: 'parameter', name }
      return TEXT.test(part) && part !== '.' && part !== '..'
        ? { kind: 'text', text: part }
        : undefined
    })
  return segments.every((segment) => segment !== undefined) ? segments : undefined
}

/** Gives the names of the parameters of a path template, in order. */
export function parametersOf(template: string): readonly string[] {
  return (toSegments(template) ?? []).flatMap((segment) =>
    segment.kind === 'parameter' ? [segment.name] : [],
  )
}
