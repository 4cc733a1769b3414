import type { $ZodObject, $ZodType } from 'zod/v4/core'
import type { ProblemIssue } from '../../convention/problem.ts'
import { toJsonSchema } from '../contract/json-schema.ts'
import { fromText, toWireText, type WireText } from '../contract/wire-text.ts'
import { isOmittable } from '../contract/zod-def.ts'

/** How the parameters of one place are written, by name. */
export type ParameterTexts = ReadonlyMap<string, WireText & { readonly omittable: boolean }>

/** Gives how the parameters of a schema are written. */
export function toParameterTexts(parameters: $ZodObject | undefined): ParameterTexts {
  const members = Object.entries(parameters?._zod.def.shape ?? {})
  return new Map(members.map(([name, member]) => [name, toText(member)]))
}

function toText(member: $ZodType): WireText & { readonly omittable: boolean } {
  const { schema, resolve } = toJsonSchema(member)
  const text = toWireText(schema, resolve) ?? { array: false, number: false, boolean: false }
  return { ...text, omittable: isOmittable(member) }
}

/** Parameters as values, and what could not be read. */
export interface ReadParameters {
  readonly values: Readonly<Record<string, unknown>>
  readonly issues: readonly ProblemIssue[]
}

/** Reads the parameters of a path; `decoded` says that a framework has taken the percent-encoding away. */
export function readPathParameters(
  texts: ParameterTexts,
  raw: Readonly<Record<string, string>>,
  { decoded }: { readonly decoded: boolean },
): ReadParameters {
  const issues: ProblemIssue[] = []
  const values = Object.entries(raw).map(([name, part]): [string, unknown] => {
    const text = decoded ? part : decode(part)
    const wire = texts.get(name)
    if (text !== undefined && text !== '.' && text !== '..')
      return [name, wire === undefined ? text : fromText(text, wire)]
    issues.push({ path: `params.${name}`, code: 'invalid_format', message: 'is no part of a path' })
    return [name, part]
  })
  return { values: toRecord(values), issues }
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}

/** Reads a query: a name that stands there once is one value, and of an array one member. */
export function readQuery(texts: ParameterTexts, query: string): Readonly<Record<string, unknown>> {
  const given = new Map<string, string[]>()
  for (const [name, text] of new URLSearchParams(query)) {
    const before = given.get(name)
    if (before === undefined) given.set(name, [text])
    else before.push(text)
  }
  const values = [...given].map(([name, all]) => [name, toValue(all, texts.get(name))] as const)
  return toRecord([...values, ...emptyLists(texts, given)])
}

/** Reads the headers that are declared. */
export function readHeaders(
  texts: ParameterTexts,
  header: (name: string) => string | undefined,
): Readonly<Record<string, unknown>> {
  const given = new Map<string, readonly string[]>()
  for (const [name, { array }] of texts) {
    const text = header(name)
    if (text !== undefined) given.set(name, array ? toParts(text) : [text])
  }
  const values = [...given].map(([name, all]) => [name, toValue(all, texts.get(name))] as const)
  return toRecord([...values, ...emptyLists(texts, given)])
}

function toParts(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function toValue(all: readonly string[], wire: WireText | undefined): unknown {
  const values = all.map((text) => (wire === undefined ? text : fromText(text, wire)))
  return wire?.array === true || values.length > 1 ? values : values[0]
}

/** A list without members is written as nothing at all. */
function emptyLists(
  texts: ParameterTexts,
  given: ReadonlyMap<string, unknown>,
): readonly (readonly [string, unknown])[] {
  return [...texts]
    .filter(([name, { array, omittable }]) => array && !omittable && !given.has(name))
    .map(([name]) => [name, []])
}

/** Gives a record that has these members and no prototype's: a name may be `constructor`. */
function toRecord(
  entries: readonly (readonly [string, unknown])[],
): Readonly<Record<string, unknown>> {
  const record = Object.create(null) as Record<string, unknown>
  for (const [name, value] of entries) record[name] = value
  return record
}
