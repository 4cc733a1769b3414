/** How long a wait may last before it rejects with what did arrive. */
export interface WaitOptions {
  /** Default 5 000. */
  readonly timeoutMs?: number
}

/** Waits for a number of items (resolves with all of them) or for the first one that fits. */
export interface WaitFor<Item> {
  (count: number, options?: WaitOptions): Promise<readonly Item[]>
  (isWanted: (item: Item) => boolean, options?: WaitOptions): Promise<Item>
}

/** What a receiver has received so far, in order of arrival, and who waits for more. */
export interface Inbox<Item> {
  readonly items: readonly Item[]
  readonly waitFor: WaitFor<Item>
  readonly add: (items: readonly Item[]) => void
  readonly clear: () => void
  /** Rejects everyone who still waits. */
  readonly close: () => void
}

/** How an inbox talks about itself when a wait fails. */
export interface InboxWords<Item> {
  /** The plural noun: `spans`. */
  readonly noun: string
  /** One item as one line. */
  readonly describe: (item: Item) => string
}

interface Waiter {
  readonly check: () => void
  readonly fail: (reason: string) => void
}

const DEFAULT_TIMEOUT_MS = 5_000
const DESCRIBED_ITEMS = 20
const CLOSED = 'before the receiver was closed'

/** Opens an empty inbox. Waiting is driven by arrivals, never by polling. */
export function openInbox<Item>(words: InboxWords<Item>): Inbox<Item> {
  const items: Item[] = []
  const waiters = new Set<Waiter>()
  let isClosed = false

  function waitFor(
    wanted: number | ((item: Item) => boolean),
    options: WaitOptions = {},
  ): Promise<readonly Item[] | Item> {
    const { timeoutMs = DEFAULT_TIMEOUT_MS } = options
    return new Promise((resolve, reject) => {
      const fail = (reason: string): void => {
        settle(() => reject(new Error(explain(reason, wanted, items, words))))
      }
      const waiter: Waiter = { check, fail }
      const timer = setTimeout(() => fail(`within ${timeoutMs} ms`), timeoutMs)
      waiters.add(waiter)
      check()
      if (isClosed) fail(CLOSED)

      function check(): void {
        try {
          const found = findWanted(items, wanted)
          if (found !== undefined) settle(() => resolve(found.value))
        } catch (error) {
          settle(() => reject(error))
        }
      }

      function settle(done: () => void): void {
        clearTimeout(timer)
        waiters.delete(waiter)
        done()
      }
    })
  }

  return {
    items,
    waitFor: waitFor as WaitFor<Item>,
    add: (arrived) => {
      for (const item of arrived) items.push(item)
      for (const waiter of waiters) waiter.check()
    },
    clear: () => {
      items.length = 0
    },
    close: () => {
      isClosed = true
      for (const waiter of waiters) waiter.fail(CLOSED)
    },
  }
}

function findWanted<Item>(
  items: readonly Item[],
  wanted: number | ((item: Item) => boolean),
): { value: readonly Item[] | Item } | undefined {
  if (typeof wanted === 'number') {
    return items.length >= wanted ? { value: [...items] } : undefined
  }
  const index = items.findIndex(wanted)
  return index === -1 ? undefined : { value: items[index] as Item }
}

function explain<Item>(
  reason: string,
  wanted: number | ((item: Item) => boolean),
  items: readonly Item[],
  words: InboxWords<Item>,
): string {
  const { noun, describe } = words
  const sought = typeof wanted === 'number' ? `${wanted} ${noun}` : `the wanted ${noun}`
  const shown = items.slice(-DESCRIBED_ITEMS).map((item) => `\n  ${describe(item)}`)
  const hidden = items.length - shown.length
  const list = hidden > 0 ? [`\n  … ${hidden} earlier`, ...shown] : shown
  return `${sought} did not arrive ${reason}; ${items.length} arrived${items.length === 0 ? '' : ':'}${list.join('')}`
}
