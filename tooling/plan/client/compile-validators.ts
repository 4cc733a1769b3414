import { Ajv } from 'ajv'
import { _ } from 'ajv/dist/compile/codegen/index.js'
import standalone from 'ajv/dist/standalone/index.js'
import type { JsonSchema, Snapshot, SnapshotOperation } from '../../../src/convention/snapshot.ts'
import { messageOf } from '../../../src/convention/error-record.ts'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import { toValidatorSchema } from './validator-schema.ts'

/** The schemas by which one operation's replies are checked. */
interface CheckedSchemas {
  readonly ok?: JsonSchema
  /** Of the data of declared errors, by code. */
  readonly errors: Readonly<Record<string, JsonSchema>>
}

/** Gives the schemas of what an operation replies. */
function checkedSchemasOf(operation: SnapshotOperation): CheckedSchemas {
  const facts = operation['x-servicex']
  const reply = operation.responses[String(facts.status)]?.content?.['application/json']?.schema
  const ok = facts.reply === 'events' ? facts.event : reply
  const isJson = ['json', 'page', 'events'].includes(facts.reply)
  const errors = Object.entries(facts.errors).flatMap(([code, { data }]) =>
    data === undefined ? [] : [[code, data] as const],
  )
  return { ...(isJson && ok !== undefined ? { ok } : {}), errors: Object.fromEntries(errors) }
}

/** Validators of several operations as code: functions, and an object that finds them. */
export interface CompiledCode {
  /** Declarations; empty when nothing is checked. */
  readonly declarations: string
  /** An object literal, `{ getInvoice: { ok: validate1 } }`. */
  readonly table: string
}

/**
 * Compiles the validators of operations to code that needs nothing at run time but what it declares
 * itself. The same operations give the same code. Throws SERVICEX_SNAPSHOT_INVALID for a schema that
 * is none.
 */
export function compileValidators(
  snapshot: Snapshot,
  operations: readonly SnapshotOperation[],
): CompiledCode {
  try {
    return compile(openAjv(snapshot), operations)
  } catch (cause) {
    throw new ServicexError('SERVICEX_SNAPSHOT_INVALID', {
      summary: `a schema of ${snapshot['x-servicex'].service.name} cannot be compiled: ${messageOf(cause)}`,
      fix: 'give a snapshot that toSnapshot() of servicex/contract gives',
      cause,
    })
  }
}

function compile(ajv: Ajv, operations: readonly SnapshotOperation[]): CompiledCode {
  const exported: Record<string, string> = {}
  const add = (schema: JsonSchema): string => {
    const id = `v${Object.keys(exported).length}`
    ajv.addSchema({ $id: id, ...toObject(toValidatorSchema(schema, toComponentId)) })
    exported[id] = id
    return id
  }
  const entries = operations.flatMap((operation) => {
    const { ok, errors } = checkedSchemasOf(operation)
    const codes = Object.entries(errors).map(([code, data]) => `${code}: ${add(data)}`)
    const parts = [
      ...(ok === undefined ? [] : [`ok: ${add(ok)}`]),
      ...(codes.length === 0 ? [] : [`errors: { ${codes.join(', ')} }`]),
    ]
    return parts.length === 0 ? [] : [`  ${operation.operationId}: { ${parts.join(', ')} },\n`]
  })
  const table = entries.length === 0 ? '{}' : `{\n${entries.join('')}}`
  if (Object.keys(exported).length === 0) return { declarations: '', table }
  return { declarations: toDeclarations(standalone.default(ajv, exported)), table }
}

function openAjv(snapshot: Snapshot): Ajv {
  const ajv = new Ajv({
    code: { source: true, esm: true, lines: true, optimize: 2, formats: _`formats` },
    // As zod: 0.3 is three times 0.1.
    multipleOfPrecision: 10,
    unicodeRegExp: true,
    messages: false,
    inlineRefs: false,
    strict: false,
    // JSON can hold 1e999, which JavaScript reads as Infinity.
    strictNumbers: true,
    logger: false,
    formats: { uri: (text: string) => URL.canParse(text) },
  })
  for (const [name, schema] of Object.entries(snapshot.components.schemas))
    ajv.addSchema({
      $id: toComponentId(name),
      ...toObject(toValidatorSchema(schema, toComponentId)),
    })
  return ajv
}

function toComponentId(name: string): string {
  return `component:${encodeURIComponent(name)}`
}

function toObject(schema: boolean | Record<string, unknown>): Record<string, unknown> {
  if (typeof schema === 'object') return schema
  return schema ? {} : { not: {} }
}

const TEXT = String.raw`"(?:[^"\\]|\\.)*"`

/** What only ajv's own messages need, each as it writes it; texts within texts are escaped, and stay. */
const SURPLUS: readonly (readonly [RegExp, string])[] = [
  [/^"use strict";\n?/g, ''],
  [/^export (?=const v\d+ = validate\d+;)/gm, ''],
  [/^\/\*# sourceURL=.*\*\/;?\n?/gm, ''],
  [new RegExp(`schemaPath:${TEXT},`, 'g'), ''],
  [new RegExp(`params:\\{pattern: ${TEXT}\\}`, 'g'), 'params:{}'],
  [
    /params:\{(?:limit|comparison|allowedValue|allowedValues|multipleOf|format|i):[^{}"]*(?:"[<>=]+"[^{}"]*)?\}/g,
    'params:{}',
  ],
  [/params:\{type: schema\d[^{}]*\}/g, 'params:{type: "another type"}'],
  [/require\("ajv\/dist\/runtime\/equal"\)\.default/g, 'isDeepStrictEqual'],
  [/require\("ajv\/dist\/runtime\/ucs2length"\)\.default/g, 'countSigns'],
]

const SCHEMA_CONSTANT = /^const (schema\d+) = .*;\n/gm

/** What the code refers to, each only where it does. Signs are counted as zod counts them: by code point. */
const OWN: Readonly<Record<string, string>> = {
  formats: 'const formats = { uri: (text) => URL.canParse(text) }\n',
  countSigns:
    'function countSigns(text) {\n  let count = 0\n  for (const _ of text) count += 1\n  return count\n}\n',
}

function toDeclarations(code: string): string {
  let lean = code
  for (const [pattern, text] of SURPLUS) lean = lean.replaceAll(pattern, text)
  lean = lean.replaceAll(SCHEMA_CONSTANT, (line, name: string) =>
    isNamedAgain(lean, name) ? line : '',
  )
  const own = Object.entries(OWN).filter(([name]) => isNamedAgain(`${name} ${lean}`, name))
  return own.map(([, code]) => code).join('') + lean
}

function isNamedAgain(code: string, name: string): boolean {
  return code.split(new RegExp(`\\b${name}\\b`)).length > 2
}
