import type { AttributeValue, Attributes } from '@opentelemetry/api'
import { KnownTexts } from '../convention/known-texts.ts'
import { ProtoWriter } from './proto-writer.ts'

// Tags of opentelemetry/proto/common/v1/common.proto: field number << 3 | wire type.
const KEY_VALUE = { key: 0x0a, value: 0x12 } as const
const VALUE = { string: 0x0a, bool: 0x10, int: 0x18, double: 0x21, array: 0x2a } as const
const ARRAY = { values: 0x0a } as const

/** Where what is remembered is first encoded. */
const scratch = new ProtoWriter()

/** The tag of a span's attributes. Source: opentelemetry/proto/trace/v1/trace.proto, field 9. */
export const SPAN_ATTRIBUTE = 0x4a

/** Writes attributes as fields of this tag. Absent values are passed over, so that attributes can be written down as one literal. */
export function writeAttributes(writer: ProtoWriter, tag: number, attributes: Attributes): void {
  for (const name in attributes) {
    const value = attributes[name]
    if (value === undefined || value === null) continue
    const field = writer.open(tag)
    writer.raw(knownPair(name, value) ?? encodePair(name, value))
    writer.close(field)
  }
}

/** How many values of one attribute are remembered; those of methods, routes and hosts are few, those of paths never end. */
const KNOWN_VALUES = 64
const KNOWN_NAMES = 500
/** Longer texts are not remembered. */
const KNOWN_CHARS = 128
const known = new Map<string, Map<AttributeValue, Uint8Array>>()

/** The key and the value of an attribute, encoded when they were first seen. */
function knownPair(name: string, value: AttributeValue): Uint8Array | undefined {
  const values = known.get(name) ?? rememberName(name)
  const bytes = values?.get(value)
  if (bytes !== undefined || values === undefined || values.size >= KNOWN_VALUES) return bytes
  if (typeof value === 'object' || (typeof value === 'string' && value.length > KNOWN_CHARS))
    return undefined
  const encoded = new Uint8Array(encodePair(name, value))
  values.set(value, encoded)
  return encoded
}

function rememberName(name: string): Map<AttributeValue, Uint8Array> | undefined {
  if (known.size >= KNOWN_NAMES) return undefined
  const values = new Map<AttributeValue, Uint8Array>()
  known.set(name, values)
  return values
}

/** The text of one attribute, with what does not change of it encoded beforehand; an absent text is passed over. */
export type TextWriter = (writer: ProtoWriter, text: string | undefined) => void

/** Makes the writer of an attribute whose texts never end: a path, an id. */
export function toTextWriter(tag: number, name: string): TextWriter {
  const key = encodeKey(name)
  return (writer, text) => {
    if (text === undefined) return
    const field = writer.open(tag)
    writer.raw(key)
    const value = writer.open(KEY_VALUE.value)
    writer.string(VALUE.string, text)
    writer.close(value)
    writer.close(field)
  }
}

/** Makes the writer of an attribute whose texts come again: a client, its program. */
export function toKnownTextWriter(tag: number, name: string): TextWriter {
  const write = toTextWriter(tag, name)
  const fields = new KnownTexts({ count: 200, chars: 256 }, (text) => {
    scratch.reset()
    write(scratch, text)
    return new Uint8Array(scratch.finish())
  })
  return (writer, text) => {
    if (text !== undefined) writer.raw(fields.of(text))
  }
}

function encodeKey(name: string): Uint8Array {
  scratch.reset()
  scratch.string(KEY_VALUE.key, name)
  return new Uint8Array(scratch.finish())
}

/** Encodes the two fields of a KeyValue; a view that the next call invalidates. */
function encodePair(name: string, value: AttributeValue): Uint8Array {
  scratch.reset()
  scratch.string(KEY_VALUE.key, name)
  writeValue(scratch, KEY_VALUE.value, value)
  return scratch.finish()
}

function writeValue(writer: ProtoWriter, tag: number, value: AttributeValue): void {
  const field = writer.open(tag)
  if (typeof value === 'string') writer.string(VALUE.string, value)
  else if (typeof value === 'boolean') writer.varint(VALUE.bool, Number(value))
  else if (typeof value === 'number') writeNumber(writer, value)
  else if (Array.isArray(value)) writeArray(writer, value)
  writer.close(field)
}

function writeNumber(writer: ProtoWriter, value: number): void {
  if (Number.isSafeInteger(value)) writer.varint(VALUE.int, value)
  else writer.double(VALUE.double, value)
}

function writeArray(writer: ProtoWriter, values: readonly AttributeValue[]): void {
  const field = writer.open(VALUE.array)
  for (const value of values)
    if (value !== undefined && value !== null) writeValue(writer, ARRAY.values, value)
  writer.close(field)
}
