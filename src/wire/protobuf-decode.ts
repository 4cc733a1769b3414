// Reads protobuf by a table of fields. Checks every length against the bytes there are, skips
// fields it has no name for, and throws on anything else. A list of numbers may be packed or not.
// Encoding: https://protobuf.dev/programming-guides/encoding/

/** A decoded message: the fields that were present, repeated ones as lists. */
export type DecodedMessage = Readonly<Record<string, unknown>>

/** How a field without fields of its own is encoded. */
export type Scalar =
  | 'string'
  | 'bytes'
  | 'bool'
  | 'int64'
  | 'uint32'
  | 'fixed32'
  | 'fixed64'
  | 'sfixed64'
  | 'sint32'
  | 'double'

/** One field of a message; a message type is a function, so that types may refer to each other. */
export interface Field {
  readonly name: string
  readonly type: Scalar | (() => Schema)
  readonly isRepeated?: boolean
}

/** A message type: its fields by number. */
export type Schema = Readonly<Record<number, Field>>

interface Cursor {
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly depth: number
  offset: number
}

const MAX_DEPTH = 64
const TEXT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const VARINT = 0
const FIXED64 = 1
const LENGTH_DELIMITED = 2
const FIXED32 = 5

const WIRE_TYPES: Readonly<Record<Scalar, number>> = {
  string: LENGTH_DELIMITED,
  bytes: LENGTH_DELIMITED,
  bool: VARINT,
  int64: VARINT,
  uint32: VARINT,
  fixed32: FIXED32,
  fixed64: FIXED64,
  sfixed64: FIXED64,
  sint32: VARINT,
  double: FIXED64,
}

/** Decodes one message: `bytes` stay bytes, 64-bit numbers are bigint. Throws on bytes that are not one. */
export function decodeMessage(bytes: Uint8Array, schema: Schema): DecodedMessage {
  return readMessage(bytes, schema, 0)
}

function readMessage(bytes: Uint8Array, schema: Schema, depth: number): DecodedMessage {
  if (depth > MAX_DEPTH) throw new Error(`protobuf: messages nested deeper than ${MAX_DEPTH}`)
  const cursor: Cursor = { bytes, view: toView(bytes), offset: 0, depth }
  const message: Record<string, unknown> = {}
  while (cursor.offset < bytes.byteLength) {
    const tag = readTag(cursor)
    const field = schema[Math.floor(tag / 8)]
    const wireType = tag % 8
    if (tag < 8 || tag > 0xff_ff_ff_ff) throw new Error(`protobuf: no such field: tag ${tag}`)
    if (field === undefined) skipValue(cursor, wireType)
    else if (isPacked(field, wireType)) addPacked(message, field, cursor)
    else addValue(message, field, readValue(cursor, field, wireType))
  }
  return message
}

function addValue(message: Record<string, unknown>, field: Field, value: unknown): void {
  if (field.isRepeated !== true) {
    message[field.name] = value
    return
  }
  const list = (message[field.name] ??= []) as unknown[]
  list.push(value)
}

function isPacked({ type, isRepeated }: Field, wireType: number): boolean {
  if (isRepeated !== true || typeof type !== 'string' || wireType !== LENGTH_DELIMITED) return false
  return WIRE_TYPES[type] !== LENGTH_DELIMITED
}

function addPacked(message: Record<string, unknown>, field: Field, cursor: Cursor): void {
  const bytes = readBytes(cursor)
  const packed: Cursor = { bytes, view: toView(bytes), offset: 0, depth: cursor.depth }
  const wireType = WIRE_TYPES[field.type as Scalar]
  while (packed.offset < bytes.byteLength)
    addValue(message, field, readValue(packed, field, wireType))
}

function readValue(cursor: Cursor, field: Field, wireType: number): unknown {
  const { name, type } = field
  const expected = typeof type === 'string' ? WIRE_TYPES[type] : LENGTH_DELIMITED
  if (wireType !== expected)
    throw new Error(`protobuf: ${name} has wire type ${wireType}, expected ${expected}`)
  if (typeof type !== 'string') return readMessage(readBytes(cursor), type(), cursor.depth + 1)
  switch (type) {
    case 'string':
      return TEXT.decode(readBytes(cursor))
    case 'bytes':
      return readBytes(cursor)
    case 'bool':
      return readVarint(cursor) !== 0n
    case 'int64':
      return BigInt.asIntN(64, readVarint(cursor))
    case 'uint32':
      return Number(BigInt.asUintN(32, readVarint(cursor)))
    case 'fixed32':
      return cursor.view.getUint32(advance(cursor, 4), true)
    case 'fixed64':
      return cursor.view.getBigUint64(advance(cursor, 8), true)
    case 'sfixed64':
      return cursor.view.getBigInt64(advance(cursor, 8), true)
    case 'sint32':
      return fromZigZag(Number(BigInt.asUintN(32, readVarint(cursor))))
    case 'double':
      return cursor.view.getFloat64(advance(cursor, 8), true)
  }
}

function skipValue(cursor: Cursor, wireType: number): void {
  if (wireType === VARINT) readVarint(cursor)
  else if (wireType === FIXED64) advance(cursor, 8)
  else if (wireType === LENGTH_DELIMITED) readBytes(cursor)
  else if (wireType === FIXED32) advance(cursor, 4)
  else throw new Error(`protobuf: wire type ${wireType} at byte ${cursor.offset}`)
}

function readBytes(cursor: Cursor): Uint8Array {
  const length = readTag(cursor)
  const start = advance(cursor, length)
  return cursor.bytes.subarray(start, start + length)
}

/** Reads a varint that is nearly always one byte: a tag or a length. */
function readTag(cursor: Cursor): number {
  const byte = cursor.bytes[cursor.offset]
  if (byte === undefined || byte >= 0x80) return Number(readVarint(cursor))
  cursor.offset += 1
  return byte
}

function readVarint(cursor: Cursor): bigint {
  let value = 0n
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = cursor.view.getUint8(advance(cursor, 1))
    value |= BigInt(byte & 0x7f) << shift
    if (byte < 0x80) return BigInt.asUintN(64, value)
  }
  throw new Error(`protobuf: a varint of more than 10 bytes before byte ${cursor.offset}`)
}

function fromZigZag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2
}

function toView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Moves past `length` bytes and gives where they began. */
function advance(cursor: Cursor, length: number): number {
  const start = cursor.offset
  if (length > cursor.bytes.byteLength - start) {
    throw new Error(
      `protobuf: ${length} bytes announced at byte ${start}, ${cursor.bytes.byteLength - start} left`,
    )
  }
  cursor.offset = start + length
  return start
}
