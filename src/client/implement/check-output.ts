import { type $ZodType, safeEncodeAsync } from 'zod/v4/core'
import { isLocalEnvironment } from '../../convention/environments.ts'
import { processSource, readConfig } from '../../config/read-config.ts'
import { toJsonSchema } from '../contract/json-schema.ts'
import { toIssues } from './issues.ts'
import { pruneTo } from './prune.ts'
import { Refusal } from './refusal.ts'
import { reportViolation } from './violations.ts'

/** What becomes of a reply that breaks the contract: it is refused, or sent and told of. */
export type OutputMode = 'enforce' | 'report'

/** Where a value that a handler gave belongs. */
export interface OutputPlace {
  /** `billing.getInvoice`. */
  readonly operation: string
  /** `ok`, `events`, `errors.archived`. */
  readonly place: string
  readonly mode: OutputMode | undefined
}

/**
 * Gives a handler's value as it stands on the wire: codecs encoded, members that are not declared
 * left out. One that breaks the contract is a refusal with the differences in development and in
 * tests; elsewhere it is sent, counted, and told of once a minute.
 */
export async function encodeOutput(
  schema: $ZodType,
  value: unknown,
  { operation, place, mode }: OutputPlace,
): Promise<unknown> {
  const result = await safeEncodeAsync(schema, value as never)
  if (result.success) return result.data
  const issues = toIssues(place, result.error.issues, value)
  reportViolation(operation, issues)
  if ((mode ?? modeHere()) === 'enforce' || value === undefined)
    throw new Refusal('invalid_reply', {
      detail: `the reply of ${operation} breaks its contract`,
      ...((mode ?? modeHere()) === 'enforce' && { issues }),
    })
  return pruneTo(toJsonSchema(schema), value)
}

let found: OutputMode | undefined

/** A person's machine and a test want to know; a caller in production wants its reply. */
function modeHere(): OutputMode {
  found ??= readMode()
  return found
}

function readMode(): OutputMode {
  try {
    const { environment } = readConfig({}, processSource()).config.service
    return isLocalEnvironment(environment) ? 'enforce' : 'report'
  } catch {
    return 'report'
  }
}
