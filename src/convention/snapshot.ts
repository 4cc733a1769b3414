/**
 * The snapshot of a contract: an OpenAPI 3.1 document, with what OpenAPI has no word for under
 * `x-servicex`. Any OpenAPI tool can read it; a client of servicex needs nothing else.
 */
export interface Snapshot {
  readonly openapi: '3.1.0'
  readonly info: { readonly title: string; readonly version: string; readonly description?: string }
  /** By path template, `/invoices/{id}`, the base path of the version included. */
  readonly paths: Readonly<Record<string, SnapshotPath>>
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> }
  readonly 'x-servicex': SnapshotFacts
}

/** The operations of one path, by method. */
export type SnapshotPath = { readonly [Method in SnapshotMethod]?: SnapshotOperation }

/** The methods of an operation, in the order they stand in a snapshot. TRACE and CONNECT are no application's. */
export const SNAPSHOT_METHODS = [
  'get',
  'head',
  'options',
  'post',
  'put',
  'patch',
  'delete',
] as const

/** One of `SNAPSHOT_METHODS`. */
export type SnapshotMethod = (typeof SNAPSHOT_METHODS)[number]

/** Of which service a snapshot is, and how its format is called. */
export interface SnapshotFacts {
  /** The format's own version. */
  readonly snapshot: 1
  readonly service: SnapshotService
  /** The contract's version; 2 and later have their paths below `/v2`. */
  readonly version: number
}

/** Where the service is found in a cluster. */
export interface SnapshotService {
  readonly name: string
  readonly namespace: string
  /** The port its pods listen on: a headless name leads to pods, past the port of the Service. */
  readonly port: number
  /** Says that the headless Service `web-pods` stands beside `web`. */
  readonly headless: boolean
}

/** One operation. Its JSON body is in `requestBody`, its reply in `responses[x-servicex.status]`. */
export interface SnapshotOperation {
  /** The operation's name in the contract: `getInvoice`. */
  readonly operationId: string
  readonly summary?: string
  readonly description?: string
  readonly deprecated?: true
  readonly parameters?: readonly SnapshotParameter[]
  readonly requestBody?: {
    readonly required: boolean
    readonly content: Readonly<Record<string, SnapshotMedia>>
  }
  /** By status, and `4XX` and `5XX` for problems that are not declared. */
  readonly responses: Readonly<Record<string, SnapshotResponse>>
  readonly 'x-servicex': OperationFacts
}

/** A parameter. Arrays in the query are repeated (`tag=a&tag=b`), in a header separated by commas. */
export interface SnapshotParameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly description?: string
  readonly deprecated?: true
  readonly schema: JsonSchema
}

/** A reply. */
export interface SnapshotResponse {
  readonly description: string
  readonly content?: Readonly<Record<string, SnapshotMedia>>
}

/** What a body of one content type holds. */
export interface SnapshotMedia {
  readonly schema: JsonSchema
}

/** What a client needs to know of an operation, beyond OpenAPI. */
export interface OperationFacts {
  /** What the caller sends as a body: nothing, JSON, or the raw bytes of a file. */
  readonly request: 'none' | 'json' | 'file'
  /** What comes back: JSON, one page of many, server-sent events, the raw bytes of a file, or nothing. */
  readonly reply: 'json' | 'page' | 'events' | 'file' | 'empty'
  /** The status of success. */
  readonly status: number
  /** `safe` and `idempotent` may be repeated; `key` may with an `Idempotency-Key`; `none` may not. */
  readonly idempotency: 'safe' | 'idempotent' | 'key' | 'none'
  /** How long the provider says a call may take, milliseconds. */
  readonly timeoutMs?: number
  /** Declared errors by code. */
  readonly errors: Readonly<Record<string, SnapshotError>>
  /** The data of one event; only of `reply: 'events'`. */
  readonly event?: JsonSchema
  /** Content types that are taken, `image/*` among them; only of `request: 'file'`. */
  readonly requestTypes?: readonly string[]
  /** Content types that come back; only of `reply: 'file'`. */
  readonly replyTypes?: readonly string[]
  /** The most bytes of a request's body; only with a body. */
  readonly requestMaxBytes?: number
  /** The day after which the operation may be gone, `2027-01-31`. */
  readonly sunset?: string
  /** Rules of the provider that no schema says: it may refuse what the schema allows. */
  readonly unchecked?: readonly UncheckedRule[]
}

/** A declared error: its status, and the schema of its `data` where it has any. */
export interface SnapshotError {
  readonly status: number
  readonly data?: JsonSchema
}

/** A rule that is not in the schema. */
export interface UncheckedRule {
  /** Where: `body.lines[].total`, `query.from`, `ok.id`, `errors.archived`. */
  readonly path: string
  /** `refine` says yes or no; `rewrite` changes the value (`trim`); `catch` replaces what is wrong. */
  readonly rule: 'refine' | 'rewrite' | 'catch'
}

/** A JSON Schema (2020-12) as it stands in a snapshot; references lead to `#/components/schemas/`. */
export interface JsonSchema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly propertyNames?: JsonSchema
  readonly items?: boolean | JsonSchema
  readonly prefixItems?: readonly JsonSchema[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly not?: JsonSchema
  readonly format?: string
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly multipleOf?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly default?: unknown
  readonly title?: string
  readonly description?: string
  readonly deprecated?: boolean
  readonly [keyword: string]: unknown
}
