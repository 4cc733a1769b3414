import {
  baggageEntryMetadataFromString,
  context,
  type Context,
  type ContextManager,
  propagation,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
  createTraceState,
} from '@opentelemetry/api'
import { PROPAGATED } from '../convention/propagation.ts'
import { acceptBaggage } from '../context/baggage-header.ts'
import { setBaggageParser } from '../context/input-operation.ts'
import { writeHeaders } from '../context/outbound-headers.ts'
import { ROOT_SCOPE, storage, toScope } from '../context/scope.ts'
import { parseTraceParent } from '../context/trace-parent.ts'
import { tracerProvider } from './tracer.ts'

/**
 * Makes servicex's context and spans those of OpenTelemetry's API, for instrumentations and for apps
 * that use the API themselves. Gives what undoes it.
 */
export function registerOtelApi(): () => void {
  setBaggageParser(toBaggage)
  context.setGlobalContextManager(contextManager)
  trace.setGlobalTracerProvider(tracerProvider)
  propagation.setGlobalPropagator(propagator)
  return () => {
    context.disable()
    trace.disable()
    propagation.disable()
  }
}

const contextManager: ContextManager = {
  active: () => storage.getStore() ?? ROOT_SCOPE,
  with: (active, work, thisArg, ...args) =>
    storage.run(toScope(active), () => work.apply(thisArg as never, args)),
  bind: (active, target) => {
    if (typeof target !== 'function') return target
    const scope = toScope(active)
    return ((...args: unknown[]) =>
      storage.run(scope, () => (target as (...args: unknown[]) => unknown)(...args))) as never
  },
  enable: () => contextManager,
  disable: () => contextManager,
}

/** W3C trace context and baggage; nothing else is believed or sent. */
const propagator: TextMapPropagator = {
  fields: () => [PROPAGATED.traceparent, PROPAGATED.tracestate, PROPAGATED.baggage],
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
    const withBaggage =
      baggage === undefined ? active : propagation.setBaggage(active, toBaggage(baggage))
    if (parent === undefined) return withBaggage
    return trace.setSpanContext(withBaggage, {
      traceId: parent.traceId,
      spanId: parent.spanId,
      traceFlags: parent.sampled ? 1 : 0,
      isRemote: true,
      ...(parent.traceState === undefined
        ? {}
        : { traceState: createTraceState(parent.traceState) }),
    })
  },
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
