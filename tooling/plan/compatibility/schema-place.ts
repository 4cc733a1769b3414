import type { SchemaChange } from './schema-change.ts'

/** Gives changes found in a part as changes of the whole: their place begins with `step`. */
export function within(step: string, changes: readonly SchemaChange[]): readonly SchemaChange[] {
  return changes.map((change) => ({ ...change, at: `${step}${change.at}` }))
}

/** Gives the step into a property: `.total`, `["x y"]`. */
export function toPropertyStep(name: string): string {
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`
}
