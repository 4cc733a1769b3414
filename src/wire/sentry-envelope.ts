/** One item of an envelope: its header, and its payload as bytes. */
export interface SentryItem {
  readonly header: Readonly<Record<string, unknown>> & { readonly type: string }
  readonly payload: Uint8Array
}

/** What one request to Sentry carries. */
export interface SentryEnvelope {
  readonly header: Readonly<Record<string, unknown>>
  readonly items: readonly SentryItem[]
}

const NEWLINE = 0x0a

/**
 * Splits an envelope into its header and items. Throws on bytes that are not one.
 *
 * Payloads are framed by their `length`, or by the next newline where the item header has none.
 * Format: https://develop.sentry.dev/sdk/data-model/envelopes/
 */
export function parseEnvelope(bytes: Uint8Array): SentryEnvelope {
  const [header, afterHeader] = readJsonLine(bytes, 0)
  const items: SentryItem[] = []
  let offset = afterHeader
  while (offset < bytes.byteLength) {
    if (bytes[offset] === NEWLINE) {
      offset += 1
      continue
    }
    const [itemHeader, start] = readJsonLine(bytes, offset)
    const end = findPayloadEnd(bytes, start, itemHeader['length'])
    const { type } = itemHeader
    if (typeof type !== 'string')
      throw new Error(`envelope: an item without a type at byte ${offset}`)
    items.push({ header: { ...itemHeader, type }, payload: bytes.subarray(start, end) })
    offset = end
  }
  return { header, items }
}

/** Parses JSON that has to be an object. Throws otherwise. */
export function parseJsonObject(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error('envelope: expected a JSON object')
  }
  return value as Record<string, unknown>
}

function readJsonLine(
  bytes: Uint8Array,
  start: number,
): [Readonly<Record<string, unknown>>, number] {
  const end = findLineEnd(bytes, start)
  return [parseJsonObject(bytes.subarray(start, end)), end + 1]
}

function findPayloadEnd(bytes: Uint8Array, start: number, length: unknown): number {
  if (length === undefined) return findLineEnd(bytes, start)
  const isLength = typeof length === 'number' && Number.isInteger(length) && length >= 0
  if (!isLength || length > bytes.byteLength - start) {
    throw new Error(
      `envelope: an item of ${JSON.stringify(length)} bytes where ${bytes.byteLength - start} are left`,
    )
  }
  return start + length
}

function findLineEnd(bytes: Uint8Array, start: number): number {
  const end = bytes.indexOf(NEWLINE, start)
  return end === -1 ? bytes.byteLength : end
}
