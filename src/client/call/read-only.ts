/** A value that is only read: what is mutable and what is not may be given for it. */
export type ReadOnly<Value> = Value extends readonly unknown[]
  ? { readonly [Index in keyof Value]: ReadOnly<Value[Index]> }
  : Value extends object
    ? { readonly [Name in keyof Value]: ReadOnly<Value[Name]> }
    : Value
