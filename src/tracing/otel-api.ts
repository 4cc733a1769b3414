import { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'
import {
  baggageEntryMetadataFromString,
  context,
  type Context,
  type ContextManager,
  propagation,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
  type TracerProvider,
  createTraceState,
} from '@opentelemetry/api'
import type { AppPackage } from '../config/app-package.ts'
import { PROPAGATED, PROPAGATION_LIMITS } from '../convention/propagation.ts'
import { acceptBaggage } from '../context/propagation/baggage-header.ts'
import { setBaggageParser } from '../context/operation/input-operation.ts'
import { writeHeaders } from '../context/outbound/outbound-headers.ts'
import { ROOT_SCOPE, type Scope, storage, toScope } from '../context/scope.ts'
import {
  isPrintable,
  parseTraceParent,
  type TraceParent,
} from '../context/propagation/trace-parent.ts'
import { loadedExports } from '../instrumentation/cjs-loads.ts'
import { findInstalled } from '../instrumentation/installed-package.ts'
import { REQUEST_ID_KEY, tracerProvider } from './tracer.ts'

let registered = false

/**
 * Makes servicex's context and spans those of OpenTelemetry's API, for instrumentations and for apps
 * that use the API themselves; tracers they took earlier come alive: from CommonJS copies of the API, and from
 * the one that `app` names among its dependencies. Does nothing the second time. Gives what undoes it.
 */
export function registerOtelApi(app?: AppPackage): () => void {
  if (registered) return () => undefined
  registered = true
  setBaggageParser(toBaggage)
  context.setGlobalContextManager(contextManager)
  if (trace.setGlobalTracerProvider(tracerProvider)) reviveTracers(app)
  propagation.setGlobalPropagator(propagator)
  return () => {
    registered = false
    context.disable()
    trace.disable()
    propagation.disable()
  }
}

const API = '@opentelemetry/api'

/** OpenTelemetry's API as another copy than the built-in one keeps it. */
interface ApiCopy {
  readonly trace?: {
    readonly _proxyTracerProvider?: { setDelegate?(provider: TracerProvider): void }
  }
}

/**
 * Copies of the API share what is registered, but a tracer taken from a copy before that waits for
 * the registration in its own copy, which never comes. (opentelemetry-js: ProxyTracerProvider.)
 */
function reviveTracers(app: AppPackage | undefined): void {
  for (const exported of [...loadedExports(API), importedExports(app)])
    (exported as ApiCopy | undefined)?.trace?.['_proxyTracerProvider']?.setDelegate?.(
      tracerProvider,
    )
}

/** Gives the copy that the app's ES modules import; one that does not name it imports none, and is spared its 50 files. */
function importedExports(app: AppPackage | undefined): unknown {
  if (app?.dependencies.includes(API) !== true) return undefined
  const entry = findInstalled(API, app.root)?.entry
  try {
    return entry === undefined ? undefined : createRequire(entry)(entry)
  } catch {
    // It is not there, or is being loaded just now: then nobody has taken a tracer from it yet.
    return undefined
  }
}

const contextManager: ContextManager = {
  active: () => storage.getStore() ?? ROOT_SCOPE,
  with: (active, work, thisArg, ...args) =>
    storage.run(toScope(active), () => work.apply(thisArg as never, args)),
  bind: (active, target) => {
    const scope = toScope(active)
    if (target instanceof EventEmitter) return bindEmitter(scope, target)
    return typeof target === 'function'
      ? (bindFunction(scope, target as never) as typeof target)
      : target
  },
  enable: () => contextManager,
  disable: () => contextManager,
}

function bindFunction(scope: Scope, target: (...args: never[]) => unknown): unknown {
  const bound = function (this: unknown, ...args: never[]): unknown {
    return storage.run(scope, () => target.apply(this as never, args))
  }
  return Object.defineProperty(bound, 'length', { value: target.length, configurable: true })
}

/** Every listener of the emitter runs in the scope from now on. */
function bindEmitter<Emitter extends EventEmitter>(scope: Scope, emitter: Emitter): Emitter {
  const emit = emitter.emit.bind(emitter)
  emitter.emit = (...args) => storage.run(scope, () => emit(...args))
  return emitter
}

/** W3C trace context and baggage; nothing else is believed or sent. */
const propagator: TextMapPropagator = {
  fields: () => [
    PROPAGATED.traceparent,
    PROPAGATED.tracestate,
    PROPAGATED.baggage,
    PROPAGATED.requestId,
  ],
  inject: (active: Context, carrier: unknown, setter: TextMapSetter) => {
    const scope = toScope(active)
    writeHeaders(scope, scope.span, (name, value) => setter.set(carrier, name, value))
  },
  extract: (active: Context, carrier: unknown, getter: TextMapGetter) => {
    const first = (name: string): unknown => {
      const value = getter.get(carrier, name)
      return Array.isArray(value) ? value[0] : value
    }
    const parent = parseTraceParent(first(PROPAGATED.traceparent), first(PROPAGATED.tracestate))
    const baggage = acceptBaggage(first(PROPAGATED.baggage))
    const requestId = acceptRequestId(first(PROPAGATED.requestId))
    let extracted = active
    if (baggage !== undefined) extracted = propagation.setBaggage(extracted, toBaggage(baggage))
    if (requestId !== undefined) extracted = extracted.setValue(REQUEST_ID_KEY, requestId)
    return parent === undefined ? extracted : trace.setSpanContext(extracted, toContext(parent))
  },
}

function acceptRequestId(value: unknown): string | undefined {
  const fits =
    typeof value === 'string' &&
    value !== '' &&
    value.length <= PROPAGATION_LIMITS.requestIdChars &&
    isPrintable(value)
  return fits ? value : undefined
}

function toContext(parent: TraceParent): SpanContext {
  return {
    traceId: parent.traceId,
    spanId: parent.spanId,
    traceFlags: parent.sampled ? 1 : 0,
    isRemote: true,
    ...(parent.traceState === undefined ? {} : { traceState: createTraceState(parent.traceState) }),
  }
}

function toBaggage(header: string): ReturnType<typeof propagation.createBaggage> {
  const entries = header.split(',').flatMap((member) => {
    const [pair = '', ...metadata] = member.split(';')
    const at = pair.indexOf('=')
    if (at <= 0) return []
    const entry = { value: decoded(pair.slice(at + 1).trim()) }
    const key = decoded(pair.slice(0, at).trim())
    return [
      [
        key,
        metadata.length === 0
          ? entry
          : { ...entry, metadata: baggageEntryMetadataFromString(metadata.join(';')) },
      ] as const,
    ]
  })
  return propagation.createBaggage(Object.fromEntries(entries))
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
