import { type $ZodType, safeParseAsync } from 'zod/v4/core'
import { CONTRACT_HEADERS, KEY_MAX_CHARS } from '../../convention/contract-wire.ts'
import type { ProblemIssue } from '../../convention/problem.ts'
import { headerOf, type IncomingRequest, queryOf } from './incoming-request.ts'
import { toIssues } from './issues.ts'
import { readBody } from './read-body.ts'
import { readHeaders, readPathParameters, readQuery } from './read-parameters.ts'
import { Refusal } from './refusal.ts'
import { requestInProgress } from './request-in-progress.ts'
import type { ServedOperation } from './served-operation.ts'

/** The input of an operation, decoded. */
export interface OperationInput {
  readonly params: unknown
  readonly query: unknown
  readonly headers: unknown
  readonly body: unknown
  readonly idempotencyKey: string | undefined
  readonly lastEventId: string | undefined
}

/** What a request holds. */
export interface ReadInput {
  readonly input: OperationInput
  /** The body as it was parsed, before it was decoded. */
  readonly sentBody: unknown
}

/** The parameters of the path, as the one who found the route knows them. */
export interface PathParameters {
  readonly raw: Readonly<Record<string, string>>
  /** A framework has taken the percent-encoding away. */
  readonly decoded: boolean
}

/**
 * Reads and checks everything an operation takes. Rejects with a refusal that lists all that is
 * wrong, at once, and none of the values.
 */
export async function readInput(
  { model, texts }: ServedOperation,
  request: IncomingRequest,
  path: PathParameters,
): Promise<ReadInput> {
  const header = (name: string): string | undefined => headerOf(request.headers, name)
  const inPath = readPathParameters(texts.params, path.raw, path)
  const issues: ProblemIssue[] = [...inPath.issues]
  const check: Check = (place, schema, read) => checkPart(place, { schema, read, issues })
  const body = await readBody(model, request)
  const input = {
    body: model.body === undefined ? body : await check('body', model.body, () => body),
    params:
      inPath.issues.length > 0 ? NONE : await check('params', model.params, () => inPath.values),
    query: await check('query', model.query, () => readQuery(texts.query, queryOf(request))),
    headers: await check('headers', model.headers, () => readHeaders(texts.headers, header)),
    idempotencyKey: readKey(CONTRACT_HEADERS.idempotencyKey, header, issues),
    lastEventId: readKey(CONTRACT_HEADERS.lastEventId, header, issues),
  }
  if (issues.length > 0) throw new Refusal('invalid_request', { detail: toDetail(issues), issues })
  return { input, sentBody: body }
}

type Check = (place: string, schema: $ZodType | undefined, read: () => unknown) => unknown

/** Of what is not declared there is nothing. */
const NONE = Object.freeze({})

interface Part {
  readonly schema: $ZodType | undefined
  readonly read: () => unknown
  readonly issues: ProblemIssue[]
}

function checkPart(place: string, { schema, read, issues }: Part): unknown {
  return schema === undefined ? NONE : checkValue(place, { schema, value: read(), issues })
}

interface CheckedValue {
  readonly schema: $ZodType
  readonly value: unknown
  readonly issues: ProblemIssue[]
}

async function checkValue(
  place: string,
  { schema, value, issues }: CheckedValue,
): Promise<unknown> {
  try {
    const result = await safeParseAsync(schema, value)
    if (result.success) return result.data
    issues.push(...toIssues(place, result.error.issues, value))
  } catch (error) {
    // A codec that throws on what it cannot decode: the request is wrong, and its record says by what.
    requestInProgress()?.fail(error)
    issues.push({ path: place, code: 'invalid_format', message: 'cannot be decoded' })
  }
  return undefined
}

/** Printable ASCII. */
const KEY = /^[\x20-\x7e]+$/

function readKey(
  name: string,
  header: (name: string) => string | undefined,
  issues: ProblemIssue[],
): string | undefined {
  const key = header(name)
  if (key === undefined || key === '') return undefined
  if (key.length <= KEY_MAX_CHARS && KEY.test(key)) return key
  issues.push({
    path: `headers.${name}`,
    code: 'invalid_format',
    message: `is not 1–${KEY_MAX_CHARS} printable characters`,
  })
  return undefined
}

function toDetail(issues: readonly ProblemIssue[]): string {
  const [first] = issues
  if (first === undefined || issues.length > 1)
    return `${issues.length} things are wrong with the request`
  return `${first.path} is wrong`
}
