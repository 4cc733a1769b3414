/**
 * Any zod schema, as far as types ask for it. Measured: to compare each schema of a contract with
 * zod's own `$ZodType` costs three quarters of its type-check.
 */
export interface WireSchema {
  readonly _zod: {
    readonly input: unknown
    readonly output: unknown
    readonly def: { readonly type: string }
  }
}

/** Any `z.object()`. */
export interface WireObject extends WireSchema {
  readonly _zod: {
    readonly input: unknown
    readonly output: unknown
    readonly def: { readonly type: 'object' }
  }
}
