import type {
  JsonSchema,
  OperationFacts,
  Snapshot,
  SnapshotMethod,
  SnapshotOperation,
  SnapshotParameter,
  SnapshotPath,
  SnapshotService,
} from '../../../../src/convention/snapshot.ts'

/** An operation of a sample, with what its test does not care about left out. */
export interface SampleOperation {
  readonly id?: string
  readonly method?: SnapshotMethod
  readonly path?: string
  readonly deprecated?: true
  readonly parameters?: readonly (Partial<SnapshotParameter> & { readonly name: string })[]
  /** Of a JSON body. */
  readonly body?: JsonSchema
  readonly bodyRequired?: boolean
  /** Of a JSON reply. */
  readonly reply?: JsonSchema
  readonly facts?: Partial<OperationFacts>
}

/** A snapshot with one operation, or several. */
export interface Sample {
  readonly operations?: readonly SampleOperation[]
  readonly schemas?: Readonly<Record<string, JsonSchema>>
  readonly service?: Partial<SnapshotService>
  readonly version?: number
}

/** Gives the snapshot of a sample. */
export function toSnapshot({
  operations = [{}],
  schemas = {},
  service,
  version = 1,
}: Sample): Snapshot {
  const paths: Record<string, SnapshotPath> = {}
  for (const operation of operations) {
    const { method = 'get', path = '/things/{id}' } = operation
    paths[path] = { ...paths[path], [method]: toOperation(operation) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'things', version: '1' },
    paths,
    components: { schemas },
    'x-servicex': {
      snapshot: 1,
      version,
      service: { name: 'things', namespace: 'things', port: 8080, headless: true, ...service },
    },
  }
}

function toOperation(sample: SampleOperation): SnapshotOperation {
  const {
    id = 'getThing',
    deprecated,
    parameters,
    body,
    bodyRequired = true,
    reply,
    facts,
  } = sample
  const status = facts?.status ?? 200
  return {
    operationId: id,
    ...(deprecated === undefined ? {} : { deprecated }),
    ...(parameters === undefined ? {} : { parameters: parameters.map(toParameter) }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: bodyRequired,
            content: { 'application/json': { schema: body } },
          },
        }),
    responses: {
      [status]: {
        description: 'ok',
        ...(reply === undefined ? {} : { content: { 'application/json': { schema: reply } } }),
      },
    },
    'x-servicex': {
      request: body === undefined ? 'none' : 'json',
      reply: reply === undefined ? 'empty' : 'json',
      status,
      idempotency: 'safe',
      errors: {},
      ...facts,
    },
  }
}

function toParameter(
  parameter: Partial<SnapshotParameter> & { readonly name: string },
): SnapshotParameter {
  return { in: 'query', required: false, schema: { type: 'string' }, ...parameter }
}
