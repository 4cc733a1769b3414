import type { QueryFacts } from './facts.ts'
import { publish } from './observer.ts'
import { Operation, SPAN_KIND } from './operation.ts'
import { toChildPlace } from './place.ts'
import type { Scope } from './scope.ts'

/** What is known of a query when it starts. */
export interface QueryStart {
  readonly system: string
  readonly operation: string | undefined
  readonly namespace: string | undefined
  readonly host: string | undefined
  readonly port: number | undefined
  /** The query without its values. */
  readonly text: string | undefined
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
    super(toChildPlace(parent), SPAN_KIND.client, toName(start), parent)
    this.system = start.system
    this.operation = start.operation
    this.namespace = start.namespace
    this.host = start.host
    this.port = start.port
    this.text = start.text
  }

  protected override publish(): void {
    publish('onQuery', this)
  }
}

/** Source: OpenTelemetry semantic conventions, database span names: `{operation} {namespace}`. */
function toName({ operation, namespace, system }: QueryStart): string {
  if (operation === undefined) return namespace ?? system
  return namespace === undefined ? operation : `${operation} ${namespace}`
}
