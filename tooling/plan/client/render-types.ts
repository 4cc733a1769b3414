import {
  operationsOf,
  type PlacedOperation,
  toOperationPlan,
} from '../../../src/convention/service-plan.ts'
import type { JsonSchema, Snapshot, SnapshotOperation } from '../../../src/convention/snapshot.ts'
import { reachableSchemas } from './pick-operations.ts'
import { toDocComment } from './doc-comment.ts'
import { isInterface, toKey, toMembers, toType, type TypeNames } from './schema-type.ts'
import { NameBook, toPascalCase, toVariable } from './type-names.ts'

/** What the declarations take from the run-time. */
const IMPORTS = [
  'Call',
  'CallOptions',
  'ClientError',
  'ClientOptions',
  'EventCall',
  'FileInput',
  'FileReply',
  'NoInput',
  'PageCall',
  'TransportError',
]

/** What a declaration's `uses` reads. */
const SERVICE_MEMBER = `  /** Whose client it is. */
  readonly service: { readonly name: string }
`

/** Everything one operation's declarations are written with. */
interface Writing {
  readonly book: NameBook
  readonly names: TypeNames
}

/**
 * Writes the declarations of a client: flat interfaces, so that a type checker resolves what is used
 * and nothing else.
 */
export function renderTypes(snapshot: Snapshot, banner: string): string {
  const { name: service } = snapshot['x-servicex'].service
  const variable = toVariable(service)
  const book = new NameBook([...IMPORTS, variable, `${variable}Client`])
  const clientName = book.take(`${toPascalCase(variable)}Client`)
  const used = operationsOf(snapshot).map(({ operation }) => typedParts(operation))
  const components = [...reachableSchemas(snapshot, used)].toSorted()
  const typeNames = new Map(components.map((name) => [name, book.take(toPascalCase(name))]))
  const names: TypeNames = (name) => typeNames.get(name) ?? 'unknown'
  const operations = operationsOf(snapshot).map((placed) =>
    renderOperation(placed, { book, names }),
  )
  const text = [
    ...components.map((name) =>
      renderComponent(names(name), snapshot.components.schemas[name] ?? {}, names),
    ),
    ...operations.map(({ types }) => types),
    toDocComment({ summary: `Calls ${service}.`, ...description(snapshot) }),
    `export interface ${clientName} {\n${operations.map(({ member }) => member).join('')}`,
    SERVICE_MEMBER,
    '}\n\n',
    `/** Calls ${service}, wherever it runs: see docs/clients.md of servicex. */\n`,
    `export declare const ${variable}: ${clientName}\n\n`,
    `/** Makes a client of ${service} with options of its own. */\n`,
    `export declare function ${variable}Client(options?: ClientOptions): ${clientName}\n`,
  ].join('')
  return `${banner}${renderImports(text)}${text}`
}

function renderImports(text: string): string {
  const used = IMPORTS.filter((name) => new RegExp(`\\b${name}\\b`).test(text))
  return `import type {\n${used.map((name) => `  ${name},\n`).join('')}} from 'servicex/client'\n\n`
}

/** What of an operation becomes a type; the body of an error does not, its data does. */
function typedParts(operation: SnapshotOperation): readonly unknown[] {
  const { status, event, errors } = operation['x-servicex']
  const { parameters, requestBody, responses } = operation
  return [parameters, requestBody, responses[String(status)], event, errors]
}

function description({ info }: Snapshot): { readonly description?: string } {
  return info.description === undefined ? {} : { description: info.description }
}

function renderComponent(name: string, schema: JsonSchema, names: TypeNames): string {
  const comment = toDocComment(schema)
  return isInterface(schema)
    ? `${comment}export interface ${name} ${toMembers(schema, names)}\n\n`
    : `${comment}export type ${name} = ${toType(schema, names)}\n\n`
}

interface RenderedOperation {
  readonly name: string
  /** Its own types. */
  readonly types: string
  /** Its line in the client's interface. */
  readonly member: string
}

function renderOperation(placed: PlacedOperation, writing: Writing): RenderedOperation {
  const { operation } = placed
  const name = operation.operationId
  const input = renderInput(placed, writing)
  const reply = renderReply(operation, writing)
  const errors = renderErrors(operation, writing)
  const facts = operation['x-servicex']
  const more = [
    ...(facts.timeoutMs === undefined ? [] : [`Takes at most ${facts.timeoutMs} ms.`]),
    ...(facts.reply === 'events' && errors.name !== 'TransportError'
      ? [`Throws ${errors.name}.`]
      : []),
  ]
  const described = {
    ...operation,
    ...(facts.sunset === undefined ? {} : { sunset: facts.sunset }),
  }
  return {
    name,
    types: input.types + reply.types + errors.types,
    member: `${toDocComment(described, '  ', more)}  ${toKey(name)}(${input.parameter}, options?: CallOptions): ${reply.call(errors.name)}\n`,
  }
}

/** Parameters are members, a body is `body`; it is the input itself where there is nothing else. */
function renderInput(
  placed: PlacedOperation,
  { book, names }: Writing,
): { readonly types: string; readonly parameter: string } {
  const { operation } = placed
  const plan = toOperationPlan(placed)
  const content = operation.requestBody?.content['application/json']?.schema ?? {}
  const isOptional = operation.requestBody?.required === false ? '?' : ''
  const bodyType = plan.body?.kind === 'file' ? 'FileInput' : toType(content, names, 1)
  if (plan.bodyOnly && !isInterface(content))
    return { types: '', parameter: `input${isOptional}: ${bodyType}` }
  const parameters = operation.parameters ?? []
  if (parameters.length === 0 && plan.body === undefined)
    return { types: '', parameter: 'input?: NoInput' }
  const name = book.take(`${toPascalCase(operation.operationId)}Input`)
  if (plan.bodyOnly)
    return {
      types: `export interface ${name} ${toMembers(content, names)}\n\n`,
      parameter: `input${isOptional}: ${name}`,
    }
  const members = parameters.map((each) => {
    const [mark, absent] = each.required ? ['', ''] : ['?', ' | undefined']
    return `${toDocComment(each, '  ')}  readonly ${toKey(each.name)}${mark}: ${toType(each.schema, names, 1)}${absent}\n`
  })
  const body = plan.body === undefined ? '' : `  readonly body${isOptional}: ${bodyType}\n`
  const isNeeded = parameters.some(({ required }) => required) || (body !== '' && isOptional === '')
  return {
    types: `export interface ${name} {\n${members.join('')}${body}}\n\n`,
    parameter: `input${isNeeded ? '' : '?'}: ${name}`,
  }
}

interface RenderedReply {
  readonly types: string
  readonly call: (errors: string) => string
}

function renderReply(operation: SnapshotOperation, { book, names }: Writing): RenderedReply {
  const facts = operation['x-servicex']
  const of = (type: string, types = ''): RenderedReply => ({
    types,
    call: (errors) => `${facts.reply === 'page' ? 'PageCall' : 'Call'}<${type}, ${errors}>`,
  })
  if (facts.reply === 'empty') return of('undefined')
  if (facts.reply === 'file') return of('FileReply')
  const isEvents = facts.reply === 'events'
  const schema =
    (isEvents
      ? facts.event
      : operation.responses[String(facts.status)]?.content?.['application/json']?.schema) ?? {}
  const name = isInterface(schema)
    ? book.take(`${toPascalCase(operation.operationId)}Reply`)
    : undefined
  const types = name === undefined ? '' : `export interface ${name} ${toMembers(schema, names)}\n\n`
  const type = name ?? toType(schema, names)
  return isEvents ? { types, call: () => `EventCall<${type}>` } : of(type, types)
}

function renderErrors(
  operation: SnapshotOperation,
  { book, names }: Writing,
): { readonly types: string; readonly name: string } {
  const pascal = toPascalCase(operation.operationId)
  const declared = Object.entries(operation['x-servicex'].errors).map(
    ([code, { status, data }]) => {
      const name = book.take(`${pascal}${toPascalCase(code)}`)
      const type = data === undefined ? 'undefined' : toType(data, names, 1)
      const members = `  readonly code: ${JSON.stringify(code)}\n  readonly status: ${status}\n  readonly data: ${type}\n`
      return { name, text: `export interface ${name} extends ClientError {\n${members}}\n\n` }
    },
  )
  if (declared.length === 0) return { types: '', name: 'TransportError' }
  const name = book.take(`${pascal}Error`)
  const union = [...declared.map((each) => each.name), 'TransportError'].join(' | ')
  return {
    types: `${declared.map(({ text }) => text).join('')}export type ${name} = ${union}\n\n`,
    name,
  }
}
