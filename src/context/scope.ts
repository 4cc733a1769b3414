import { AsyncLocalStorage } from 'node:async_hooks'
import type { Context, Span } from '@opentelemetry/api'
import type { InputOperation } from './operation/input-operation.ts'
import { mergeFields } from './merge-fields.ts'

/** Fields that an app adds to every later line of what it is doing. */
export type LogFields = Readonly<Record<string, unknown>>

/** The keys under which OpenTelemetry's API looks for things in a context. Source: @opentelemetry/api 1.10, which makes keys by `Symbol.for`. */
export const CONTEXT_KEY: Readonly<
  Record<'span' | 'baggage' | 'rpcMetadata' | 'suppressed', symbol>
> = {
  span: Symbol.for('OpenTelemetry Context Key SPAN'),
  baggage: Symbol.for('OpenTelemetry Baggage Key'),
  rpcMetadata: Symbol.for('OpenTelemetry SDK Context Key RPC_METADATA'),
  suppressed: Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING'),
}

/** Values that OpenTelemetry's API put into a context, newest first. */
interface ContextValues {
  get(key: symbol): unknown
}

/**
 * What travels with asynchronous work: the span that is running, the input it serves, the fields
 * for its lines. It is at once what OpenTelemetry's API sees as a context, so that nothing is kept twice.
 */
export class Scope implements Context {
  readonly span: Span | undefined
  /** The request, message or job that all this work is done for. */
  readonly input: InputOperation | undefined
  readonly fields: LogFields | undefined
  readonly values: ContextValues | undefined

  constructor(
    span: Span | undefined,
    input: InputOperation | undefined,
    fields: LogFields | undefined,
    values: ContextValues | undefined,
  ) {
    this.span = span
    this.input = input
    this.fields = fields
    this.values = values
  }

  getValue(key: symbol): unknown {
    if (key === CONTEXT_KEY.span) return this.span
    const value = this.values?.get(key)
    if (value === DELETED) return undefined
    return value === undefined ? this.input?.contextValue(key) : value
  }

  setValue(key: symbol, value: unknown): Scope {
    if (key === CONTEXT_KEY.span) return this.withSpan(value as Span | undefined)
    return new Scope(this.span, this.input, this.fields, withValue(this.values, key, value))
  }

  deleteValue(key: symbol): Scope {
    return this.setValue(key, key === CONTEXT_KEY.span ? undefined : DELETED)
  }

  /** The same scope with another span running; a span that is an input of its own brings itself. */
  withSpan(span: Span | undefined): Scope {
    return new Scope(span, inputOf(span) ?? this.input, this.fields, this.values)
  }

  /** The same scope with more fields for its lines. */
  withFields(fields: LogFields): Scope {
    return new Scope(this.span, this.input, mergeFields(this.fields, fields), this.values)
  }
}

/** In place of a value that was taken out: what the input carries does not show through it. */
export const DELETED: symbol = Symbol('servicex.deleted')

function inputOf(span: Span | undefined): InputOperation | undefined {
  return span instanceof Scope ? span.input : undefined
}

function withValue(rest: ContextValues | undefined, key: symbol, value: unknown): ContextValues {
  return { get: (asked) => (asked === key ? value : rest?.get(asked)) }
}

/** The scope outside of every request and job. */
export const ROOT_SCOPE: Scope = new Scope(undefined, undefined, undefined, undefined)

/** Work whose own outgoing calls are not recorded: the delivery of telemetry. */
const SUPPRESSED_SCOPE: Scope = ROOT_SCOPE.setValue(CONTEXT_KEY.suppressed, true)

/** The one place where context is kept; nothing else in servicex makes an AsyncLocalStorage. */
export const storage: AsyncLocalStorage<Scope> = new AsyncLocalStorage<Scope>()

/** Gives the scope of the running code; `undefined` outside of every request and job. */
export function currentScope(): Scope | undefined {
  return storage.getStore()
}

/** Runs `work` with its outgoing calls unrecorded and its context cut off from the caller's. */
export function withoutRecording<Result>(work: () => Result): Result {
  return storage.run(SUPPRESSED_SCOPE, work)
}

/** Says whether calls made in this scope are telemetry's own. */
export function isSuppressed(scope: Scope | undefined): boolean {
  return scope?.values !== undefined && scope.values.get(CONTEXT_KEY.suppressed) === true
}

/** Takes a context of any maker into a scope; a scope is given back as it is. */
export function toScope(context: Context): Scope {
  if (context instanceof Scope) return context
  const span = context.getValue(CONTEXT_KEY.span) as Span | undefined
  return new Scope(span, inputOf(span), undefined, { get: (key) => context.getValue(key) })
}
