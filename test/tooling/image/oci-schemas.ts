import { Ajv, type ValidateFunction } from 'ajv'
import formats from 'ajv-formats'

/** The documents of an image. */
export type OciDocument = 'manifest' | 'index' | 'config' | 'layout'

const int64 = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }
const mediaType = {
  type: 'string',
  pattern: '^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$',
}
const digest = { type: 'string', pattern: '^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$' }
const annotations = {
  type: 'object',
  propertyNames: { minLength: 1 },
  additionalProperties: { type: 'string' },
}
const strings = { type: 'array', items: { type: 'string' } }
const sets = { type: 'object', additionalProperties: { type: 'object', maxProperties: 0 } }
const time = { type: 'string', format: 'date-time' }

const platform = {
  type: 'object',
  required: ['architecture', 'os'],
  properties: {
    architecture: { type: 'string', minLength: 1 },
    os: { type: 'string', minLength: 1 },
    'os.version': { type: 'string' },
    'os.features': strings,
    variant: { type: 'string' },
  },
}

const descriptor = {
  type: 'object',
  required: ['mediaType', 'digest', 'size'],
  properties: {
    mediaType,
    digest,
    size: int64,
    urls: { type: 'array', items: { type: 'string', format: 'uri' } },
    annotations,
    data: { type: 'string' },
    artifactType: mediaType,
    platform,
  },
}

/** Written from the text of OCI's image-spec 1.1: descriptor.md, manifest.md, image-index.md, config.md, image-layout.md. */
const SCHEMAS: Readonly<Record<OciDocument, object>> = {
  manifest: {
    type: 'object',
    required: ['schemaVersion', 'config', 'layers'],
    properties: {
      schemaVersion: { const: 2 },
      mediaType: { const: 'application/vnd.oci.image.manifest.v1+json' },
      artifactType: mediaType,
      config: descriptor,
      layers: { type: 'array', minItems: 1, items: descriptor },
      subject: descriptor,
      annotations,
    },
  },
  index: {
    type: 'object',
    required: ['schemaVersion', 'manifests'],
    properties: {
      schemaVersion: { const: 2 },
      mediaType: { const: 'application/vnd.oci.image.index.v1+json' },
      artifactType: mediaType,
      manifests: { type: 'array', items: descriptor },
      subject: descriptor,
      annotations,
    },
  },
  config: {
    type: 'object',
    required: ['architecture', 'os', 'rootfs'],
    properties: {
      created: time,
      author: { type: 'string' },
      architecture: { type: 'string', minLength: 1 },
      os: { type: 'string', minLength: 1 },
      variant: { type: 'string' },
      config: {
        type: 'object',
        properties: {
          User: { type: 'string' },
          ExposedPorts: { ...sets, propertyNames: { pattern: '^\\d+(/(tcp|udp))?$' } },
          Env: { type: 'array', items: { type: 'string', pattern: '^[^=]+=' } },
          Entrypoint: strings,
          Cmd: strings,
          Volumes: sets,
          WorkingDir: { type: 'string', pattern: '^/' },
          Labels: annotations,
          StopSignal: { type: 'string', pattern: '^(SIG[A-Z0-9+-]+|\\d+)$' },
        },
      },
      rootfs: {
        type: 'object',
        required: ['type', 'diff_ids'],
        properties: {
          type: { const: 'layers' },
          diff_ids: { type: 'array', minItems: 1, items: digest },
        },
      },
      history: {
        type: 'array',
        items: {
          type: 'object',
          additionalProperties: false,
          properties: {
            created: time,
            created_by: { type: 'string' },
            author: { type: 'string' },
            comment: { type: 'string' },
            empty_layer: { type: 'boolean' },
          },
        },
      },
    },
  },
  layout: {
    type: 'object',
    required: ['imageLayoutVersion'],
    properties: { imageLayoutVersion: { const: '1.0.0' } },
  },
}

const validators = new Map<OciDocument, ValidateFunction>()

/** Lists what a document has against the image-spec; nothing when it conforms. */
export function toBreaches(kind: OciDocument, value: unknown): string[] {
  const validate = validators.get(kind) ?? compile(kind)
  validators.set(kind, validate)
  validate(value)
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

function compile(kind: OciDocument): ValidateFunction {
  const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true })
  formats.default(ajv)
  return ajv.compile(SCHEMAS[kind])
}
