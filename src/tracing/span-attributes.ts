import type { Attributes } from '@opentelemetry/api'
import { toErrorType } from '../context/error-type.ts'
import type {
  CallFacts,
  ClientFacts,
  JobFacts,
  OperationFacts,
  QueryFacts,
  RequestFacts,
} from '../context/facts.ts'
import { CLIENT_LEFT_STATUS } from '../context/operation/request-operation.ts'
import { scrub, scrubQuery } from '../convention/scrub.ts'

/** Gives a request's attributes. Source: OpenTelemetry semantic conventions 1.44, HTTP server spans. */
export function requestAttributes(facts: RequestFacts): Attributes {
  return { ...requestKindAttributes(facts), ...ownRequestAttributes(facts), ...facts.attributes }
}

/** Gives those of a request's attributes that all requests of one route, status and host have. */
export function requestKindAttributes(facts: RequestFacts): Attributes {
  const [host, port] = splitHost(facts.host)
  return {
    'http.request.method': facts.method,
    'url.scheme': facts.scheme,
    'http.route': facts.route,
    'http.response.status_code':
      facts.statusCode === CLIENT_LEFT_STATUS ? undefined : facts.statusCode,
    'server.address': host,
    'server.port': port,
    'network.protocol.version': facts.protocolVersion,
  }
}

/** Texts, by the name of their attribute. */
export type OwnRequestAttributes = Readonly<
  Record<
    | 'url.path'
    | 'url.query'
    | 'client.address'
    | 'user_agent.original'
    | 'servicex.request_id'
    | 'error.type',
    string | undefined
  >
>

/** Gives those of a request's attributes that differ from one to the next. */
export function ownRequestAttributes(facts: RequestFacts): OwnRequestAttributes {
  return {
    'url.path': scrub(facts.path),
    'url.query': facts.query === undefined ? undefined : scrubQuery(facts.query),
    'client.address': facts.clientAddress,
    'user_agent.original': facts.userAgent,
    'servicex.request_id': facts.requestId === facts.traceId ? undefined : facts.requestId,
    'error.type': requestErrorType(facts),
  }
}

function requestErrorType(facts: RequestFacts): string | undefined {
  if (facts.aborted) return 'client_aborted'
  if (!facts.failed) return undefined
  return facts.failure === undefined ? String(facts.statusCode) : toErrorType(facts.failure)
}

/** Gives a call's attributes. Source: OpenTelemetry semantic conventions 1.44, HTTP client spans. */
export function callAttributes(facts: CallFacts): Attributes {
  const { scheme, host, port, pathAndQuery } = facts.url
  const at = pathAndQuery.indexOf('?')
  const path =
    at === -1
      ? scrub(pathAndQuery)
      : `${scrub(pathAndQuery.slice(0, at))}?${scrubQuery(pathAndQuery.slice(at + 1))}`
  const status = facts.statusCode
  return {
    'http.request.method': facts.method,
    'url.full': `${scheme}://${host}${port === undefined ? '' : `:${port}`}${path}`,
    'server.address': host,
    'server.port': port ?? (scheme === 'https' ? 443 : 80),
    'http.response.status_code': status,
    'network.protocol.version': facts.protocolVersion,
    'error.type':
      facts.failure === undefined
        ? status !== undefined && status >= 400
          ? String(status)
          : undefined
        : toErrorType(facts.failure),
    ...facts.attributes,
  }
}

/** Gives the attributes of a call of an operation. Source: OpenTelemetry semantic conventions 1.44, RPC client spans, for the names. */
export function clientAttributes(facts: ClientFacts): Attributes {
  return {
    'rpc.service': facts.target,
    'rpc.method': facts.operation,
    'servicex.outcome': facts.outcome,
    'servicex.attempts': facts.attempts,
    'http.response.status_code': facts.statusCode,
    'error.type': facts.failure === undefined ? undefined : facts.outcome,
    ...facts.attributes,
  }
}

/** Gives a query's attributes. Source: OpenTelemetry semantic conventions 1.44, database client spans. */
export function queryAttributes(facts: QueryFacts): Attributes {
  return {
    'db.system.name': facts.system,
    'db.operation.name': facts.operation,
    'db.namespace': facts.namespace,
    'db.query.text': facts.text,
    'server.address': facts.host,
    'server.port': facts.port,
    'error.type': failureType(facts),
    ...facts.attributes,
  }
}

/** Gives a job's attributes. */
export function jobAttributes(facts: JobFacts): Attributes {
  return {
    'servicex.job.name': facts.job,
    'servicex.job.outcome': facts.outcome,
    ...spanAttributes(facts),
  }
}

/** Gives any other span's attributes. */
export function spanAttributes(facts: OperationFacts): Attributes {
  return { 'error.type': failureType(facts), ...facts.attributes }
}

function failureType(facts: OperationFacts): string | undefined {
  return facts.failure === undefined ? undefined : toErrorType(facts.failure)
}

function splitHost(host: string | undefined): [string | undefined, number | undefined] {
  const match = /^(.+?)(?::(\d{1,5}))?$/.exec(host ?? '')
  return [match?.[1], match?.[2] === undefined ? undefined : Number(match[2])]
}
