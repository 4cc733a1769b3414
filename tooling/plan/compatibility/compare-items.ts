import type { Compare } from './compare-schemas.ts'
import type { JsonSchema } from '../../../src/convention/snapshot.ts'
import type { SchemaOrBoolean } from './json-schema.ts'
import { within } from './schema-place.ts'
import type { SchemaChange } from './schema-change.ts'

/** Gives what changed in the items of an array, and in the places of a tuple. */
export function compareItems(
  before: JsonSchema,
  after: JsonSchema,
  compare: Compare,
): readonly SchemaChange[] {
  const count = Math.max(before.prefixItems?.length ?? 0, after.prefixItems?.length ?? 0)
  const places = Array.from({ length: count }, (_, index) =>
    within(`[${index}]`, compare(itemAt(before, index), itemAt(after, index))),
  )
  const rest = within('[]', compare(before.items ?? true, after.items ?? true))
  return [...places.flat(), ...rest]
}

function itemAt({ prefixItems, items }: JsonSchema, index: number): SchemaOrBoolean {
  return prefixItems?.[index] ?? items ?? true
}
