/** Keeps the newest items, at most `capacity`; counts those it let go. */
export class Ring<Item> {
  readonly capacity: number
  #items: (Item | undefined)[] = []
  #first = 0
  #length = 0
  #droppedCount = 0

  constructor(capacity: number) {
    this.capacity = capacity
  }

  /** How many items there are. */
  get length(): number {
    return this.#length
  }

  /** How many items were let go, to keep to a limit. */
  get droppedCount(): number {
    return this.#droppedCount
  }

  /** Adds an item; gives the one that was let go for it. */
  push(item: Item): Item | undefined {
    const dropped = this.#length === this.capacity ? this.shift() : undefined
    const index = (this.#first + this.#length) % this.capacity
    if (index === this.#items.length) this.#items.push(item)
    else this.#items[index] = item
    this.#length += 1
    return dropped
  }

  /** Lets the oldest item go, and gives it. */
  shift(): Item | undefined {
    if (this.#length === 0) return undefined
    const item = this.#items[this.#first]
    this.#items[this.#first] = undefined
    this.#first = (this.#first + 1) % this.capacity
    this.#length -= 1
    this.#droppedCount += 1
    return item
  }

  /** Forgets all items, without counting them. */
  clear(): void {
    this.#items = []
    this.#first = 0
    this.#length = 0
    this.#droppedCount = 0
  }

  /** The items, newest first. */
  *newestFirst(): Generator<Item, undefined> {
    for (let age = this.#length - 1; age >= 0; age -= 1)
      yield this.#items[(this.#first + age) % this.capacity] as Item
  }
}
