/** How a caller uses one operation. */
export interface OperationUse {
  readonly operation: string
  /** The longest that its calls may take, where the caller set it. */
  readonly deadlineMs?: number
  /** `false` when the caller has no branch for errors that its contract does not name. */
  readonly handlesUnknownErrors?: boolean
}

/** The operations that callers use, by name or with what is known of the use; `undefined` when any may be used. */
export type UsedOperations = readonly (string | OperationUse)[] | undefined

/** Gives how operation `id` is used; `undefined` when nobody does. */
export function toUse(used: UsedOperations, id: string): OperationUse | undefined {
  if (used === undefined) return { operation: id }
  const uses = used
    .map((entry) => (typeof entry === 'string' ? { operation: entry } : entry))
    .filter(({ operation }) => operation === id)
  return uses.length === 0 ? undefined : uses.reduce(toStrictest)
}

/** Of two uses of one operation, gives what both of them need. */
function toStrictest(a: OperationUse, b: OperationUse): OperationUse {
  const deadlines = [a.deadlineMs, b.deadlineMs].filter((ms) => ms !== undefined)
  const isUnhandled = a.handlesUnknownErrors === false || b.handlesUnknownErrors === false
  return {
    operation: a.operation,
    ...(deadlines.length > 0 ? { deadlineMs: Math.min(...deadlines) } : {}),
    ...(isUnhandled ? { handlesUnknownErrors: false } : {}),
  }
}
