// Kafka's primitive types, as its protocol guide defines them (https://kafka.apache.org/protocol):
// big-endian integers, strings with an int16 length, bytes and lists with an int32 length; -1 is null.

/** Reads a request from front to back. Throws a RangeError when it ends too early. */
export interface WireReader {
  readonly int8: () => number
  readonly int16: () => number
  readonly int32: () => number
  readonly int64: () => bigint
  readonly boolean: () => boolean
  readonly string: () => string
  readonly nullableString: () => string | undefined
  readonly bytes: () => Buffer
  readonly list: <Item>(readItem: () => Item) => Item[]
  readonly nullableList: <Item>(readItem: () => Item) => Item[] | undefined
}

/** One value of a response, encoded. A response is their concatenation. */
export type Wire = Buffer

/** Opens a reader at the front of `buffer`. */
export function openWireReader(buffer: Buffer): WireReader {
  let offset = 0
  const take = (length: number): number => {
    if (length < 0 || length > buffer.length - offset)
      throw new RangeError(`${length} bytes at ${offset}`)
    offset += length
    return offset - length
  }
  const slice = (length: number): Buffer => {
    const start = take(length)
    return buffer.subarray(start, start + length)
  }
  const reader: WireReader = {
    int8: () => buffer.readInt8(take(1)),
    int16: () => buffer.readInt16BE(take(2)),
    int32: () => buffer.readInt32BE(take(4)),
    int64: () => buffer.readBigInt64BE(take(8)),
    boolean: () => reader.int8() !== 0,
    string: () => slice(reader.int16()).toString('utf8'),
    nullableString: () => {
      const length = reader.int16()
      return length === -1 ? undefined : slice(length).toString('utf8')
    },
    bytes: () => slice(reader.int32()),
    list: (readItem) => reader.nullableList(readItem) ?? [],
    nullableList: (readItem) => {
      const length = reader.int32()
      if (length === -1) return undefined
      if (length > buffer.length)
        throw new RangeError(`a list of ${length} in ${buffer.length} bytes`)
      return Array.from({ length }, readItem)
    },
  }
  return reader
}

/** Encodes an int8. */
export function int8(value: number): Wire {
  const buffer = Buffer.alloc(1)
  buffer.writeInt8(value)
  return buffer
}

/** Encodes an int16. */
export function int16(value: number): Wire {
  const buffer = Buffer.alloc(2)
  buffer.writeInt16BE(value)
  return buffer
}

/** Encodes an int32. */
export function int32(value: number): Wire {
  const buffer = Buffer.alloc(4)
  buffer.writeInt32BE(value)
  return buffer
}

/** Encodes an int64. */
export function int64(value: bigint): Wire {
  const buffer = Buffer.alloc(8)
  buffer.writeBigInt64BE(value)
  return buffer
}

/** Encodes a string, or null. */
export function string(value: string | undefined): Wire {
  if (value === undefined) return int16(-1)
  const bytes = Buffer.from(value)
  return Buffer.concat([int16(bytes.length), bytes])
}

/** Encodes bytes. */
export function bytes(value: Buffer): Wire {
  return Buffer.concat([int32(value.length), value])
}

/** Encodes a list, each item as the concatenation of its values. */
export function list<Item>(
  items: readonly Item[],
  toValues: (item: Item) => readonly Wire[],
): Wire {
  return Buffer.concat([int32(items.length), ...items.flatMap(toValues)])
}
