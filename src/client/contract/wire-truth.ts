import type { $ZodType } from 'zod/v4/core'
import type { UncheckedRule } from '../../convention/snapshot.ts'
import { toUnchecked } from './unchecked-rules.ts'
import { type Def, defOf } from './zod-def.ts'

/** What a look at a schema finds. */
export interface WireTruth {
  /** What does not exist on the wire: `body.issuedAt: z.date() …`. */
  readonly problems: readonly string[]
  readonly unchecked: readonly UncheckedRule[]
}

/** What stands in JSON as it is. */
const PLAIN: ReadonlySet<string> = new Set(
  'string number int boolean null any unknown never template_literal enum'.split(' '),
)

/** What does not, and what stands there in its place. */
const INSTEAD: Readonly<Record<string, string>> = {
  date: 'is no JSON: use z.iso.datetime(), or z.codec() for a Date',
  bigint: 'is no JSON: use z.string(), or z.codec() for a bigint',
  undefined: 'is no JSON: use .optional() on the member',
  void: 'is no JSON: give `ok` a status alone',
  nan: 'is no JSON: use z.number().nullable()',
  map: 'is no JSON: use z.record()',
  set: 'is no JSON: use z.array()',
  file: 'is no JSON: use file()',
  transform: 'has no way back: use z.codec()',
}

/**
 * Walks through the encoded side of a schema, the one on the wire, and gives what cannot stand there
 * and what a JSON Schema cannot say, each with its path.
 */
export function findWireTruth(schema: $ZodType, path: string): WireTruth {
  const walk: Walk = { problems: [], unchecked: [], seen: new Set() }
  visit(walk, schema, path)
  return walk
}

interface Walk {
  readonly problems: string[]
  readonly unchecked: UncheckedRule[]
  readonly seen: Set<$ZodType>
}

function visit(walk: Walk, schema: $ZodType, path: string): void {
  if (walk.seen.has(schema)) return
  walk.seen.add(schema)
  const def = defOf(schema)
  if (def === undefined) return void walk.problems.push(`${path}: is no zod 4 schema`)
  walk.unchecked.push(...toUnchecked(def).map((rule) => ({ path, rule })))
  if (def.coerce === true)
    walk.problems.push(
      `${path}: z.coerce takes anything, so the wire says nothing: use z.${def.type}() (parameters are converted by themselves)`,
    )
  else if (def.type === 'literal') visitLiteral(walk, def, path)
  else if (def.type === 'pipe') visitPipe(walk, schema, def, path)
  else if (!PLAIN.has(def.type)) visitParts(walk, def, path)
}

function visitLiteral(walk: Walk, { values = [] }: Def, path: string): void {
  const wrong = values.find((value) => value === undefined || typeof value === 'bigint')
  if (wrong !== undefined || values.includes(undefined))
    walk.problems.push(`${path}: the literal ${String(wrong)} is no JSON`)
}

/** Of a codec only the side on the wire counts; other pipes are read from both ends. */
function visitPipe(walk: Walk, schema: $ZodType, def: Def, path: string): void {
  if (def.in !== undefined) visit(walk, def.in, path)
  if (schema._zod.traits.has('$ZodCodec') || def.out === undefined) return
  const before = walk.problems.length
  visit(walk, def.out, path)
  if (walk.problems.length === before) walk.unchecked.push({ path, rule: 'refine' })
}

function visitParts(walk: Walk, def: Def, path: string): void {
  const parts = partsOf(def)
  if (parts === undefined) {
    const reason = INSTEAD[def.type] ?? 'is no JSON'
    return void walk.problems.push(`${path}: z.${def.type}() ${reason}`)
  }
  for (const [step, part] of parts) visit(walk, part, `${path}${step}`)
}

type Part = readonly [step: string, schema: $ZodType]

/** Gives what a schema is made of, with the step that leads there; `undefined` for what has no place in JSON. */
function partsOf(def: Def): readonly Part[] | undefined {
  if (def.type === 'object') return objectParts(def)
  if (def.type === 'array') return named('[]', def.element)
  if (def.type === 'tuple')
    return [
      ...(def.items ?? []).map((item, index): Part => [`[${index}]`, item]),
      ...named('[]', def.rest),
    ]
  if (def.type === 'record') return [...named('{key}', def.keyType), ...named('.*', def.valueType)]
  if (def.type === 'union') return (def.options ?? []).map((option): Part => ['', option])
  if (def.type === 'intersection') return [...named('', def.left), ...named('', def.right)]
  if (def.type === 'lazy') return named('', def.getter?.())
  return def.innerType === undefined || def.type === 'promise' || def.type === 'success'
    ? undefined
    : [['', def.innerType]]
}

function objectParts({ shape = {}, catchall }: Def): readonly Part[] {
  const members = Object.entries(shape).map(([name, member]): Part => [`.${name}`, member])
  return [...members, ...named('.*', catchall)]
}

function named(step: string, schema: $ZodType | null | undefined): readonly Part[] {
  return schema === undefined || schema === null ? [] : [[step, schema]]
}
