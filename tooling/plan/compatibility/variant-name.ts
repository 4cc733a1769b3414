import { toCanonicalJson } from './canonical-json.ts'
import type { JsonSchema } from '../../../src/convention/snapshot.ts'
import { type SchemaOrBoolean, isSchema } from './json-schema.ts'

/** Gives the name by which a member of a union is told from the others: what it refers to, its title, or its one fixed property. */
export function toVariantName(member: SchemaOrBoolean): string | undefined {
  if (typeof member === 'boolean') return undefined
  if (typeof member.$ref === 'string') return member.$ref.split('/').at(-1)
  return member.title ?? toTag(member)
}

function toTag({ properties, required }: JsonSchema): string | undefined {
  for (const [name, property] of Object.entries(properties ?? {})) {
    const isFixed =
      isSchema(property) && typeof property === 'object' && Object.hasOwn(property, 'const')
    if (isFixed && required?.includes(name)) return `${name} ${toCanonicalJson(property.const)}`
  }
  return undefined
}
