import { PAGE } from '../../convention/contract-wire.ts'
import type { CallEnd } from './call-end.ts'

/** A page as it comes. */
interface ReadPage {
  readonly items: readonly unknown[]
  readonly nextCursor?: string | undefined
}

/**
 * Gives every page from the one under way on, asking for the next when the reader wants it. Throws
 * the error of a page that fails, and stops at a cursor that leads back to itself.
 */
export async function* readPages(
  first: Promise<CallEnd>,
  next: (cursor: string) => Promise<CallEnd>,
): AsyncGenerator<ReadPage> {
  let cursor: string | undefined
  for (let asked = first; ; asked = next(cursor)) {
    const end = await asked
    if (!end.ok) throw end.error
    const page = end.data as ReadPage
    yield page
    const following = page[PAGE.nextCursor]
    if (following === undefined || following === '' || following === cursor) return
    cursor = following
  }
}

/** Gives the items of pages, one by one. */
export async function* readItems(pages: AsyncIterable<ReadPage>): AsyncGenerator {
  for await (const page of pages) yield* page.items
}
