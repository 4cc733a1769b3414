/** The part of a zod schema that servicex uses; any zod 4 object schema fits. */
export interface EnvSchema<Output = unknown> {
  safeParse(value: unknown): EnvParseResult<Output>
}

/** What `safeParse` answers: the typed values, or every issue with its path. */
export type EnvParseResult<Output> =
  | { readonly success: true; readonly data: Output }
  | { readonly success: false; readonly error: { readonly issues: readonly EnvIssue[] } }

/** One thing that is wrong with one variable. */
export interface EnvIssue {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** The typed environment a declaration's schema gives; an empty record without one. */
export type EnvOf<Schema> =
  Schema extends EnvSchema<infer Output> ? Output : Readonly<Record<never, never>>
