import { type $ZodIssue, type $ZodType, globalRegistry, safeParse } from 'zod/v4/core'
import type { Contract } from '../contract/contract-types.ts'
import { type OperationModel, toOperationModels } from '../contract/operation-model.ts'
import type { ClientOptions } from './client-options.ts'
import type { Client } from './client-types.ts'
import { toContractPlan } from './model-plan.ts'
import { openClient } from './open-client.ts'
import type { Check, ReplyChecks } from './reply-checks.ts'
import { bare, schemaAt } from './schema-at.ts'

/**
 * Makes a client of a contract that stands in the same repo: nothing is generated. What it takes and
 * gives are the values on the wire, as with a generated client. Opens nothing: calls do.
 */
export function client<const Of extends Contract>(
  contract: Of,
  options: ClientOptions = {},
): Client<Of> {
  const all = toOperationModels(contract)
  const models = new Map(all.map((model) => [model.name, model]))
  const known = new Map<string, ReplyChecks>()
  const checks = (operation: string): ReplyChecks => {
    const made = known.get(operation) ?? toChecks(models.get(operation))
    known.set(operation, made)
    return made
  }
  return openClient({ plan: toContractPlan(contract, all), checks }, options) as Client<Of>
}

function toChecks(model: OperationModel | undefined): ReplyChecks {
  if (model === undefined) return {}
  const errors = [...model.errors].map(([code, { data }]) => [code, toCheck(data)] as const)
  return { ok: toCheck(model.ok ?? model.event), errors: Object.fromEntries(errors) }
}

function toCheck(schema: $ZodType | undefined): Check | undefined {
  if (schema === undefined) return undefined
  return (value) => {
    const issue = firstIssue(schema, value)
    if (issue === undefined) return undefined
    const path = issue.path.map(String).join('.')
    return `${path === '' ? 'it' : path}: ${issue.message}`
  }
}

function firstIssue(schema: $ZodType, value: unknown): $ZodIssue | undefined {
  try {
    return safeParse(schema, value).error?.issues.find(
      (issue) => !isTolerated(issue, value, schema),
    )
  } catch {
    // An asynchronous refinement is the provider's to check; the snapshot says that others do not.
    return undefined
  }
}

/** A provider of a later revision may give more fields and more values of an enum: see docs/clients.md. */
function isTolerated(issue: $ZodIssue, value: unknown, schema: $ZodType): boolean {
  if (issue.code === 'unrecognized_keys') return true
  if (issue.code !== 'invalid_value' || issue.values.length < 2) return false
  if (issue.values.some((each) => typeof each !== 'string')) return false
  if (isClosed(schemaAt(schema, issue.path))) return false
  return typeof valueAt(value, issue.path) === 'string'
}

/** Says whether an enum is said to be complete: `.meta({ 'x-closed': true })`. */
function isClosed(schema: $ZodType | undefined): boolean {
  return [schema, bare(schema)].some(
    (each) => each !== undefined && globalRegistry.get(each)?.['x-closed'] === true,
  )
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (at as Readonly<Record<PropertyKey, unknown>> | undefined)?.[key],
    value,
  )
}
