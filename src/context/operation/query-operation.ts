import type { Attributes } from '@opentelemetry/api'
import type { QueryFacts } from '../facts.ts'
import { publish } from '../observer.ts'
import { Operation, SPAN_KIND, type TracePlace } from './operation.ts'
import { toChildPlace } from './place.ts'
import type { Scope } from '../scope.ts'

/** What is known of a query when it starts. */
export interface QueryStart {
  readonly system: string
  readonly operation: string | undefined
  readonly namespace: string | undefined
  readonly host: string | undefined
  readonly port: number | undefined
  /** The query without its values. */
  readonly text: string | undefined
  readonly attributes?: Attributes | undefined
}

/** A query to a database or a cache whose client tells of it by itself. */
export class QueryOperation extends Operation implements QueryFacts {
  readonly system: string
  readonly operation: string | undefined
  readonly namespace: string | undefined
  readonly host: string | undefined
  readonly port: number | undefined
  readonly text: string | undefined

  constructor(start: QueryStart, parent: Scope | undefined) {
    super(toPlace(start, parent), SPAN_KIND.client, queryName(start), parent)
    this.system = start.system
    this.operation = start.operation
    this.namespace = start.namespace
    this.host = start.host
    this.port = start.port
    this.text = start.text
    this.attributes = start.attributes
  }

  protected override publish(): void {
    publish('onQuery', this)
  }
}

/** Names a query's span. Source: OpenTelemetry semantic conventions, database span names: `{operation} {namespace}`. */
export function queryName({
  operation,
  namespace,
  system,
}: Pick<QueryStart, 'operation' | 'namespace' | 'system'>): string {
  if (operation === undefined) return namespace ?? system
  return namespace === undefined ? operation : `${operation} ${namespace}`
}

/**
 * What Redis clients do on their own account (handshakes, a queue's waiting for work) is counted and
 * not traced: each would be a trace of one span. OpenTelemetry's instrumentations leave it out as well.
 */
function toPlace({ system }: QueryStart, parent: Scope | undefined): TracePlace {
  const place = toChildPlace(parent)
  return system === 'redis' && place.parentSpanId === undefined
    ? { ...place, sampled: false }
    : place
}
