const LOW_CARDINALITY = /^[A-Za-z_][\w.-]{0,63}$/

/** Gives the low-cardinality kind of a failure: its code, else its class. Source: OpenTelemetry's error.type. */
export function toErrorType(failure: unknown): string {
  if (!(failure instanceof Error)) return typeof failure
  const { code } = failure as { code?: unknown }
  if (typeof code === 'string' && LOW_CARDINALITY.test(code)) return code
  const { name, constructor } = failure as { name?: unknown; constructor?: { name?: unknown } }
  const type = name === 'Error' ? constructor?.name : name
  return typeof type === 'string' && LOW_CARDINALITY.test(type) ? type : 'Error'
}
