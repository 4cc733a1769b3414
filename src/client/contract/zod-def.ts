import type { $ZodObject, $ZodType } from 'zod/v4/core'
import type { WireObject, WireSchema } from './wire-schema.ts'

/** What a zod schema is made of, as far as a contract looks at it. zod keeps it typed by kind; here it is read by name. */
export interface Def {
  readonly type: string
  readonly coerce?: boolean
  readonly checks?: readonly { readonly _zod: { readonly def: CheckDef } }[]
  readonly check?: string
  readonly format?: string
  readonly pattern?: RegExp
  readonly values?: readonly unknown[]
  readonly shape?: Readonly<Record<string, $ZodType>>
  readonly catchall?: $ZodType
  readonly element?: $ZodType
  readonly items?: readonly $ZodType[]
  readonly rest?: $ZodType | null
  readonly keyType?: $ZodType
  readonly valueType?: $ZodType
  readonly options?: readonly $ZodType[]
  readonly left?: $ZodType
  readonly right?: $ZodType
  readonly getter?: () => $ZodType
  readonly innerType?: $ZodType
  readonly in?: $ZodType
  readonly out?: $ZodType
}

/** One rule of a schema. */
export interface CheckDef {
  readonly check: string
  readonly format?: string
  readonly pattern?: RegExp
}

/** Gives the zod schema that a contract's type knows in part only. */
export function toZod(schema: WireSchema): $ZodType {
  return schema as $ZodType
}

/** Gives the zod object that a contract's type knows in part only. */
export function toZodObject(schema: WireObject | undefined): $ZodObject | undefined {
  return schema as $ZodObject | undefined
}

/** Gives what a schema is made of; `undefined` for what is no zod 4 schema. */
export function defOf(schema: unknown): Def | undefined {
  const { _zod: inner } = (schema ?? {}) as { readonly _zod?: { readonly def?: Def } }
  return inner?.def
}

/** Says whether a member may be left out on the wire: it is optional, or has a default. */
export function isOmittable(schema: $ZodType | undefined): boolean {
  // zod 4.6 says `defaulted` of a default, earlier ones say `optional`.
  return schema?._zod.optin !== undefined
}
