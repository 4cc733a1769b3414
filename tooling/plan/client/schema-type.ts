import type { JsonSchema } from '../../../src/convention/snapshot.ts'
import { toDocComment } from './doc-comment.ts'
import { nameOfReference } from './reference.ts'

/** Gives the TypeScript name of a schema of the snapshot. */
export type TypeNames = (schema: string) => string

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/
const SCALARS: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  null: 'null',
}

/** Writes a schema as a TypeScript type, `indent` levels deep. Members that are not declared are not typed. */
export function toType(schema: boolean | JsonSchema, names: TypeNames, indent = 0): string {
  if (typeof schema === 'boolean') return schema ? 'unknown' : 'never'
  const name = nameOfReference(schema.$ref)
  if (name !== undefined) return names(name)
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return union(schema.enum.map((value) => JSON.stringify(value)))
  const members = schema.anyOf ?? schema.oneOf
  if (members !== undefined) return union(members.map((part) => toType(part, names, indent)))
  if (schema.allOf !== undefined) return toIntersection(schema, names, indent)
  const types =
    typeof schema.type === 'string' ? [schema.type] : (schema.type ?? [impliedType(schema)])
  return union(types.map((type) => toTypeOf(type, schema, names, indent)))
}

/** Writes the members of an object as the body of an interface. */
export function toMembers(schema: JsonSchema, names: TypeNames, indent = 0): string {
  const pad = '  '.repeat(indent + 1)
  const required = new Set(schema.required ?? [])
  const members = Object.entries(schema.properties ?? {}).map(([name, part]) => {
    const mark = required.has(name) ? '' : '?'
    const type = toType(part, names, indent + 1)
    return `${toDocComment(part, pad)}${pad}readonly ${toKey(name)}${mark}: ${type}\n`
  })
  return `{\n${members.join('')}${'  '.repeat(indent)}}`
}

/** Says whether a schema is an object with named members, which can be an interface. */
export function isInterface(schema: JsonSchema): boolean {
  return (
    schema.type === 'object' &&
    schema.properties !== undefined &&
    schema.$ref === undefined &&
    schema.allOf === undefined &&
    schema.anyOf === undefined &&
    schema.oneOf === undefined
  )
}

/** Writes the name of a member, quoted where it must be. */
export function toKey(name: string): string {
  return IDENTIFIER.test(name) ? name : JSON.stringify(name)
}

function toTypeOf(type: string, schema: JsonSchema, names: TypeNames, indent: number): string {
  if (type === 'array') return toArray(schema, names, indent)
  if (type === 'object') return toObject(schema, names, indent)
  return SCALARS[type] ?? 'unknown'
}

function toObject(schema: JsonSchema, names: TypeNames, indent: number): string {
  if (schema.properties !== undefined && Object.keys(schema.properties).length > 0)
    return toMembers(schema, names, indent)
  const { additionalProperties: rest } = schema
  const value = rest === undefined || rest === false ? 'unknown' : toType(rest, names, indent)
  const keys = schema.propertyNames?.enum
  if (keys === undefined) return `{ readonly [name: string]: ${value} }`
  const required = new Set(schema.required ?? [])
  const members = keys.map(
    (key) => `${toKey(String(key))}${required.has(String(key)) ? '' : '?'}: ${value}`,
  )
  return `{ readonly ${members.join('; readonly ')} }`
}

function toArray(schema: JsonSchema, names: TypeNames, indent: number): string {
  const { prefixItems, items = true } = schema
  if (prefixItems === undefined) return `readonly ${bracketed(toType(items, names, indent))}[]`
  const places = prefixItems.map((item, index) => {
    const type = toType(item, names, indent)
    return index < (schema.minItems ?? prefixItems.length) ? type : `${bracketed(type)}?`
  })
  const rest = items === false ? [] : [`...${bracketed(toType(items, names, indent))}[]`]
  return `readonly [${[...places, ...rest].join(', ')}]`
}

function toIntersection(schema: JsonSchema, names: TypeNames, indent: number): string {
  const { allOf = [], ...own } = schema
  const parts = [own, ...allOf].map((part) => toType(part, names, indent))
  const said = parts.filter((part) => part !== 'unknown')
  // Several patterns of one text are several parts of one type.
  return [...new Set(said)].map(bracketed).join(' & ') || 'unknown'
}

/** A schema without a type still says which one it is about. */
function impliedType(schema: JsonSchema): string {
  if (schema.properties !== undefined || schema.additionalProperties !== undefined) return 'object'
  if (schema.items !== undefined || schema.prefixItems !== undefined) return 'array'
  return schema.pattern === undefined ? 'unknown' : 'string'
}

function union(types: readonly string[]): string {
  const different = [...new Set(types)]
  if (different.length === 0) return 'never'
  return different.length === 1 ? (different[0] ?? 'never') : different.join(' | ')
}

function bracketed(type: string): string {
  return /[|&]|^readonly/.test(type) && !/^\{[^]*\}$/.test(type) ? `(${type})` : type
}
