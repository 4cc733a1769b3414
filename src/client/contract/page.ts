import type { WireSchema } from './wire-schema.ts'

const PAGE_TYPE: unique symbol = Symbol.for('servicex.page')

/** One page of many items: on the wire `{ items: […], nextCursor?: '…' }`. */
export interface PageType<Item extends WireSchema = WireSchema> {
  readonly [PAGE_TYPE]: true
  readonly item: Item
}

/** A page, as a handler gives it and a client gets it; the last one has no `nextCursor`. */
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly nextCursor?: string | undefined
}

/**
 * Declares a reply of pages: `ok: page(Invoice)`. The query must have an optional `cursor`, in which
 * clients send back the `nextCursor` of the page before.
 */
export function page<Item extends WireSchema>(item: Item): PageType<Item> {
  return { [PAGE_TYPE]: true, item }
}

/** Says whether a reply is a page. */
export function isPage(type: unknown): type is PageType {
  return typeof type === 'object' && type !== null && PAGE_TYPE in type
}
