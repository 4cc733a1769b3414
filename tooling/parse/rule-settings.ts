import { z } from 'zod'

/** How much a breach of a rule matters: an error fails `kube check`, a warning is told of. */
export type RuleSeverity = 'error' | 'warning' | 'off'

/** A dated, owned, reasoned permission to break a rule. */
export interface ExceptionSettings {
  readonly rule: string
  /** Only what is in this file or below this folder; the whole repository when absent. */
  readonly path?: string
  readonly reason: string
  readonly owner: string
  /** The last day it holds, `2026-12-31`, in UTC. */
  readonly until: string
}

/** Severities by rule. */
export const RULE_SEVERITIES: z.ZodType<Readonly<Record<string, RuleSeverity>>> = z.record(
  z.string(),
  z.enum(['error', 'warning', 'off']),
)

/** One exception. */
export const EXCEPTION_SETTINGS: z.ZodType<ExceptionSettings> = z.strictObject({
  rule: z.string().min(1),
  path: z.string().min(1).exactOptional(),
  reason: z.string().min(8, 'expected a sentence that says why'),
  owner: z.string().min(1),
  until: z.iso.date('expected a day: 2026-12-31'),
})

/** Gives those of values from elsewhere that are exceptions. */
export function toExceptions(values: readonly unknown[]): readonly ExceptionSettings[] {
  return values.flatMap((value) => {
    const parsed = EXCEPTION_SETTINGS.safeParse(value)
    return parsed.success ? [parsed.data] : []
  })
}
