import { SNAPSHOT_METHODS, type Snapshot, type SnapshotOperation } from './snapshot.ts'

/** What calling one operation takes; a generated client carries it, `client(contract)` derives it. */
export interface OperationPlan {
  readonly method: string
  /** `/invoices/{id}`. */
  readonly path: string
  /** Names of the query parameters. */
  readonly query?: readonly string[]
  /** Names of the header parameters, lower-case. */
  readonly headers?: readonly string[]
  readonly body?: BodyPlan
  /** The call's input is the body itself: the operation takes nothing else. */
  readonly bodyOnly?: true
  readonly ok: OkPlan
  /** Declared errors by code: the status, and whether data comes along. */
  readonly errors?: Readonly<Record<string, ErrorPlan>>
  readonly timeoutMs?: number
  /** `key`: a key makes a repetition safe; `safe`: it may be repeated as it is. */
  readonly idempotency?: 'key' | 'safe'
}

/** How a request's body is spelled. */
export type BodyPlan =
  | { readonly kind: 'json' }
  | { readonly kind: 'file'; readonly types: readonly string[]; readonly maxBytes?: number }

/** What a reply brings when all went well. */
export interface OkPlan {
  readonly status: number
  readonly kind: 'json' | 'page' | 'empty' | 'events' | 'file'
}

/** A declared error: its status, and whether it brings data. */
export interface ErrorPlan {
  readonly status: number
  readonly data?: true
}

/** A service that is called: where it is, and its operations. */
export interface ServicePlan {
  readonly service: string
  readonly namespace: string
  /** The port its pods listen on. */
  readonly port: number
  /** Its pods have names of their own: calls are balanced by the caller. */
  readonly headless: boolean
  readonly operations: Readonly<Record<string, OperationPlan>>
}

/** One operation of a snapshot, and where it stands. */
export interface PlacedOperation {
  readonly method: string
  readonly path: string
  readonly operation: SnapshotOperation
}

/** Gives every operation of a snapshot, in the order of their names. */
export function operationsOf(snapshot: Snapshot): readonly PlacedOperation[] {
  return Object.entries(snapshot.paths)
    .flatMap(([path, methods]) =>
      SNAPSHOT_METHODS.flatMap((method) => {
        const operation = methods[method]
        return operation === undefined ? [] : [{ method: method.toUpperCase(), path, operation }]
      }),
    )
    .toSorted((a, b) => (a.operation.operationId < b.operation.operationId ? -1 : 1))
}

/** Gives what calling the service of a snapshot takes. */
export function toServicePlan(snapshot: Snapshot): ServicePlan {
  const { name, namespace, port, headless } = snapshot['x-servicex'].service
  const operations = operationsOf(snapshot).map(
    (placed) => [placed.operation.operationId, toOperationPlan(placed)] as const,
  )
  return { service: name, namespace, port, headless, operations: Object.fromEntries(operations) }
}

/** Gives what calling one operation takes; what is not needed is absent. */
export function toOperationPlan({ method, path, operation }: PlacedOperation): OperationPlan {
  const facts = operation['x-servicex']
  const query = namesIn(operation, 'query')
  const headers = namesIn(operation, 'header')
  const body = toBodyPlan(operation)
  const bodyOnly = body !== undefined && (operation.parameters ?? []).length === 0
  const errors = Object.entries(facts.errors).map(
    ([code, { status, data }]) =>
      [code, data === undefined ? { status } : { status, data: true as const }] as const,
  )
  return {
    method,
    path,
    ...(query.length === 0 ? {} : { query }),
    ...(headers.length === 0 ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
    ...(bodyOnly ? { bodyOnly } : {}),
    ok: { status: facts.status, kind: facts.reply },
    ...(errors.length === 0 ? {} : { errors: Object.fromEntries(errors) }),
    ...(facts.timeoutMs === undefined ? {} : { timeoutMs: facts.timeoutMs }),
    ...(facts.idempotency === 'none'
      ? {}
      : { idempotency: facts.idempotency === 'key' ? 'key' : 'safe' }),
  }
}

function toBodyPlan({ 'x-servicex': facts }: SnapshotOperation): BodyPlan | undefined {
  if (facts.request === 'none') return undefined
  if (facts.request === 'json') return { kind: 'json' }
  const { requestTypes: types = ['application/octet-stream'], requestMaxBytes: maxBytes } = facts
  return { kind: 'file', types, ...(maxBytes === undefined ? {} : { maxBytes }) }
}

function namesIn(operation: SnapshotOperation, place: 'query' | 'header'): readonly string[] {
  return (operation.parameters ?? []).filter((each) => each.in === place).map(({ name }) => name)
}
