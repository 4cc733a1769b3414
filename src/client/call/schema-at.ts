import type { $ZodType } from 'zod/v4/core'
import { type Def, defOf } from '../contract/zod-def.ts'

/** Gives the schema of the part of a value that `path` leads to; nothing within a union, whose members are not told apart. */
export function schemaAt(
  schema: $ZodType | undefined,
  path: readonly PropertyKey[],
): $ZodType | undefined {
  return path.reduce<$ZodType | undefined>(
    (at, key) => memberOf(defOf(bare(at)), key),
    bare(schema),
  )
}

function memberOf(def: Def | undefined, key: PropertyKey): $ZodType | undefined {
  switch (def?.type) {
    case 'object':
      return def.shape?.[String(key)] ?? def.catchall
    case 'array':
      return def.element
    case 'tuple':
      return def.items?.[Number(key)] ?? def.rest ?? undefined
    case 'record':
      return def.valueType
    default:
      return undefined
  }
}

/** The schema within those that only say whether a value may be absent, and on the wire's side of a codec. */
export function bare(schema: $ZodType | undefined): $ZodType | undefined {
  const def = defOf(schema)
  const inner = def?.innerType ?? def?.getter?.() ?? def?.in
  return inner === undefined ? schema : bare(inner)
}
