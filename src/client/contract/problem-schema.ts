import { PROBLEM_TYPE } from '../../convention/problem.ts'
import type { JsonSchema, SnapshotMedia } from '../../convention/snapshot.ts'

/** The schema of every error's body. */
export const PROBLEM_SCHEMA: JsonSchema = {
  description: 'Why a request was not answered (RFC 9457).',
  properties: {
    code: { type: 'string' },
    data: {},
    detail: { type: 'string' },
    issues: {
      items: {
        properties: {
          code: { type: 'string' },
          message: { type: 'string' },
          path: { type: 'string' },
        },
        required: ['code', 'message', 'path'],
        type: 'object',
      },
      type: 'array',
    },
    requestId: { type: 'string' },
    status: { type: 'integer' },
    title: { type: 'string' },
    traceId: { type: 'string' },
    type: { type: 'string' },
  },
  required: ['code', 'status', 'title', 'type'],
  type: 'object',
}

const PROBLEM: JsonSchema = { $ref: '#/components/schemas/Problem' }

/** Gives the content of a reply with one of these errors; of any, where there is none. */
export function toProblemContent(
  errors: readonly (readonly [code: string, data: JsonSchema | undefined])[],
): Readonly<Record<string, SnapshotMedia>> {
  const variants = errors.map(([code, data]): JsonSchema => {
    const properties = { code: { const: code, type: 'string' }, ...(data && { data }) }
    return { allOf: [PROBLEM, { properties, ...(data && { required: ['data'] }), type: 'object' }] }
  })
  const [first, second] = variants
  const schema = second === undefined ? (first ?? PROBLEM) : { oneOf: variants }
  return { [PROBLEM_TYPE]: { schema } }
}
