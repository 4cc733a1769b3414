/** The one partition of a topic: record batches as the producers sent them, in order of arrival. */
export interface KafkaLog {
  /** The offset that the next record will get. */
  readonly end: () => bigint
  /** Stores the record batches and gives the offset of the first record. Throws on an older format. */
  readonly append: (recordSet: Buffer) => bigint
  /** The batches from the one with `offset` on, at least one and then up to `maxBytes`. */
  readonly read: (offset: bigint, maxBytes: number) => Buffer
  /** Resolves when something is appended, or after `timeoutMs`. */
  readonly waitForAppend: (timeoutMs: number) => Promise<void>
}

interface Batch {
  readonly bytes: Buffer
  readonly lastOffset: bigint
}

// Record batch, magic 2: baseOffset int64, batchLength int32, partitionLeaderEpoch int32, magic int8,
// crc uint32, attributes int16, lastOffsetDelta int32, … The checksum covers what follows it, so that
// a broker may set the base offset.
const LENGTH_AT = 8
const HEAD_BYTES = 12
const MAGIC_AT = 16
const LAST_OFFSET_DELTA_AT = 23
const SHORTEST_BATCH_BYTES = 61
const MAGIC = 2

/** Opens an empty log. */
export function openKafkaLog(): KafkaLog {
  const batches: Batch[] = []
  const listeners = new Set<() => void>()
  const end = (): bigint => (batches.at(-1)?.lastOffset ?? -1n) + 1n

  return {
    end,
    append: (recordSet) => {
      const first = end()
      for (const bytes of splitBatches(recordSet)) {
        const baseOffset = end()
        bytes.writeBigInt64BE(baseOffset)
        const lastOffset = baseOffset + BigInt(bytes.readInt32BE(LAST_OFFSET_DELTA_AT))
        batches.push({ bytes, lastOffset })
      }
      for (const listener of listeners) listener()
      return first
    },
    read: (offset, maxBytes) => {
      const wanted = batches.filter((batch) => batch.lastOffset >= offset)
      let size = 0
      const fitting = wanted.filter(({ bytes }, index) => {
        size += bytes.length
        return index === 0 || size <= maxBytes
      })
      return Buffer.concat(fitting.map(({ bytes }) => bytes))
    },
    waitForAppend: (timeoutMs) =>
      new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer)
          listeners.delete(done)
          resolve()
        }
        const timer = setTimeout(done, timeoutMs).unref()
        listeners.add(done)
      }),
  }
}

function splitBatches(recordSet: Buffer): Buffer[] {
  const batches: Buffer[] = []
  let offset = 0
  while (offset < recordSet.length) {
    const length = HEAD_BYTES + recordSet.readInt32BE(offset + LENGTH_AT)
    const batch = Buffer.from(recordSet.subarray(offset, offset + length))
    const isWhole = length >= SHORTEST_BATCH_BYTES && batch.length === length
    if (!isWhole || batch[MAGIC_AT] !== MAGIC) throw new Error('not a record batch of version 2')
    batches.push(batch)
    offset += length
  }
  return batches
}
