// Readers of OTLP messages, decoded from protobuf or parsed from OTLP JSON, into plain values.
// Each throws, naming the field, on a value of the wrong type.
import type { Attributes, AttributeValue } from './received-span.ts'

/** An OTLP message: its fields by their JSON names. */
export type Message = Readonly<Record<string, unknown>>

const MAX_DEPTH = 64

/** Gives the attributes of a message as plain data. */
export function toAttributes(message: Message, field = 'attributes', depth = 0): Attributes {
  return Object.fromEntries(
    toMessages(message, field).map((pair) => [
      toText(pair, 'key'),
      toAttributeValue(toMessage(pair['value'], 'value'), depth),
    ]),
  )
}

/** Gives an AnyValue as plain data; what is nested deeper than 64 throws. */
export function toAttributeValue(value: Message, depth: number): AttributeValue {
  if (depth > MAX_DEPTH) throw new Error(`attribute values nested deeper than ${MAX_DEPTH}`)
  if (value['stringValue'] !== undefined) return toText(value, 'stringValue')
  if (value['boolValue'] !== undefined) return value['boolValue'] === true
  if (value['intValue'] !== undefined) return toInteger(toBigInt(value, 'intValue'))
  if (value['doubleValue'] !== undefined) return toNumber(value, 'doubleValue')
  if (value['bytesValue'] !== undefined) return toBytes(value, 'bytesValue')
  if (value['arrayValue'] !== undefined) {
    const items = toMessages(toMessage(value['arrayValue'], 'arrayValue'), 'values')
    return items.map((item) => toAttributeValue(item, depth + 1))
  }
  if (value['kvlistValue'] !== undefined) {
    return toAttributes(toMessage(value['kvlistValue'], 'kvlistValue'), 'values', depth + 1)
  }
  return null
}

function toInteger(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

// In protobuf an absent field is its default; in OTLP JSON it may also be left out or null.

/** Gives a field that is a message; an absent one is empty. Throws on anything else. */
export function toMessage(value: unknown, field: string): Message {
  if (value === undefined || value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value))
    throw new Error(`${field} is not an object`)
  return value as Message
}

/** Gives a repeated field. Throws when it is none. */
export function toMessages(message: Message, field: string): Message[] {
  const list = message[field] ?? []
  if (!Array.isArray(list)) throw new Error(`${field} is not a list`)
  return list.map((item) => toMessage(item, field))
}

/** Gives a string field. */
export function toText(message: Message, field: string): string {
  const value = message[field] ?? ''
  if (typeof value !== 'string') throw new Error(`${field} is not a string`)
  return value
}

/** Gives a number field. JSON writes NaN and the infinities as strings. */
export function toNumber(message: Message, field: string): number {
  const value = message[field] ?? 0
  if (typeof value === 'number') return value
  const number = typeof value === 'string' && value !== '' ? Number(value) : Number.NaN
  if (Number.isNaN(number) && value !== 'NaN') throw new Error(`${field} is not a number`)
  return number
}

/** Gives a 64-bit integer. JSON writes them as decimal strings, some senders as numbers. */
export function toBigInt(message: Message, field: string): bigint {
  const value = message[field] ?? 0n
  if (typeof value === 'bigint') return value
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value)
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return BigInt(value)
  throw new Error(`${field} is not an integer`)
}

/** Gives an id as hex. Ids are bytes in protobuf and hex in JSON; an empty id is absent. */
export function toHex(message: Message, field: string, idBytes: number): string {
  const value = message[field] ?? ''
  const hex = value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
  if (typeof hex !== 'string' || !/^[0-9a-f]*$/i.test(hex)) throw new Error(`${field} is not hex`)
  if (hex.length !== 0 && hex.length !== 2 * idBytes)
    throw new Error(`${field} is not ${idBytes} bytes long`)
  return hex.toLowerCase()
}

function toBytes(message: Message, field: string): Uint8Array {
  const value = message[field]
  if (value instanceof Uint8Array) return value
  if (typeof value === 'string') return new Uint8Array(Buffer.from(value, 'base64'))
  throw new Error(`${field} is not bytes`)
}
