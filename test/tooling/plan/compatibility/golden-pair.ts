import type { JsonSchema, OperationFacts } from '../../../../src/convention/snapshot.ts'
import type { OperationUse } from '../../../../tooling/plan/compatibility/used-operations.ts'
import type { Sample, SampleOperation } from './sample-snapshot.ts'

/** Two snapshots, and every finding between them: `severity rule place`. */
export interface GoldenPair {
  readonly title: string
  readonly before: Sample
  readonly after: Sample
  readonly used?: readonly (string | OperationUse)[]
  readonly findings: readonly string[]
}

/** A pair of JSON bodies that callers send. */
export function body(
  title: string,
  [before, after]: readonly [JsonSchema, JsonSchema],
  findings: readonly string[],
): GoldenPair {
  return operation(title, [{ body: before }, { body: after }], findings)
}

/** A pair of JSON replies. */
export function reply(
  title: string,
  [before, after]: readonly [JsonSchema, JsonSchema],
  findings: readonly string[],
): GoldenPair {
  return operation(title, [{ reply: before }, { reply: after }], findings)
}

/** A pair of one operation. */
export function operation(
  title: string,
  [before, after]: readonly [SampleOperation, SampleOperation],
  findings: readonly string[],
): GoldenPair {
  return { title, before: { operations: [before] }, after: { operations: [after] }, findings }
}

/** A pair of one operation's facts. */
export function facts(
  title: string,
  [before, after]: readonly [Partial<OperationFacts>, Partial<OperationFacts>],
  findings: readonly string[],
): GoldenPair {
  return operation(title, [{ facts: before }, { facts: after }], findings)
}

/** An object with these properties, all required but those whose name ends in `?`. */
export function object(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const names = Object.keys(properties)
  return {
    type: 'object',
    properties: Object.fromEntries(
      names.map((name) => [name.replace(/\?$/, ''), properties[name] ?? {}]),
    ),
    required: names.filter((name) => !name.endsWith('?')),
  }
}

/** Schemas that stand in many pairs. */
export const STRING: JsonSchema = { type: 'string' }
/** A whole number. */
export const INTEGER: JsonSchema = { type: 'integer' }
/** Any number. */
export const NUMBER: JsonSchema = { type: 'number' }
