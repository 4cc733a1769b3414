import type { Attributes } from '@opentelemetry/api'
import type { RequestFacts } from '../context/facts.ts'
import {
  SPAN_ATTRIBUTE,
  type TextWriter,
  toKnownTextWriter,
  toTextWriter,
} from './attribute-encoder.ts'
import type { ProtoWriter } from './proto-writer.ts'
import {
  type OwnRequestAttributes,
  ownRequestAttributes,
  requestKindAttributes,
} from './span-attributes.ts'

/** Attributes that many spans have in common, and their encoding once one of them was encoded. */
export interface SharedAttributes {
  readonly attributes: Attributes
  encoded: Uint8Array | undefined
}

/** Further and longer ones are not remembered: routes are few, but hosts come from outside. */
const KNOWN = { kinds: 500, hostChars: 256 }

interface RequestKind extends SharedAttributes {
  readonly facts: Pick<
    RequestFacts,
    'method' | 'scheme' | 'statusCode' | 'host' | 'protocolVersion'
  >
}

const kindsByRoute = new Map<string | undefined, RequestKind[]>()
let count = 0

/** Gives what a request has in common with others; `undefined` where an attribute of the app's may stand in place of one of those. */
export function toSharedAttributes(facts: RequestFacts): SharedAttributes | undefined {
  if (facts.attributes !== undefined) return undefined
  const kinds = kindsByRoute.get(facts.route)
  if (kinds !== undefined) for (const kind of kinds) if (fits(kind, facts)) return kind
  const isKept = count < KNOWN.kinds && (facts.host ?? '').length <= KNOWN.hostChars
  return isKept ? remember(facts, kinds) : undefined
}

function fits({ facts: known }: RequestKind, facts: RequestFacts): boolean {
  return (
    known.statusCode === facts.statusCode &&
    known.method === facts.method &&
    known.host === facts.host &&
    known.scheme === facts.scheme &&
    known.protocolVersion === facts.protocolVersion
  )
}

function remember(facts: RequestFacts, others: RequestKind[] | undefined): RequestKind {
  const { method, scheme, statusCode, host, protocolVersion } = facts
  const kind: RequestKind = {
    facts: { method, scheme, statusCode, host, protocolVersion },
    attributes: requestKindAttributes(facts),
    encoded: undefined,
  }
  count += 1
  if (others === undefined) kindsByRoute.set(facts.route, [kind])
  else others.push(kind)
  return kind
}

const OWN = {
  'url.path': toTextWriter(SPAN_ATTRIBUTE, 'url.path'),
  'url.query': toTextWriter(SPAN_ATTRIBUTE, 'url.query'),
  'client.address': toKnownTextWriter(SPAN_ATTRIBUTE, 'client.address'),
  'user_agent.original': toKnownTextWriter(SPAN_ATTRIBUTE, 'user_agent.original'),
  'servicex.request_id': toTextWriter(SPAN_ATTRIBUTE, 'servicex.request_id'),
  'error.type': toKnownTextWriter(SPAN_ATTRIBUTE, 'error.type'),
} as const satisfies Record<keyof OwnRequestAttributes, TextWriter>

/** Writes those that differ from one request to the next: by name, because a loop over names costs as much as all else. */
export function writeOwnRequestAttributes(writer: ProtoWriter, facts: RequestFacts): void {
  const own = ownRequestAttributes(facts)
  OWN['url.path'](writer, own['url.path'])
  OWN['url.query'](writer, own['url.query'])
  OWN['client.address'](writer, own['client.address'])
  OWN['user_agent.original'](writer, own['user_agent.original'])
  OWN['servicex.request_id'](writer, own['servicex.request_id'])
  OWN['error.type'](writer, own['error.type'])
}
