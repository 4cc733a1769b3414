const SLOTS = 64

/** How many texts are remembered, and how long they may be. */
export interface KnownTextsLimits {
  readonly count: number
  readonly chars: number
}

interface Known<Made> {
  readonly text: string
  readonly made: Made
}

/**
 * Remembers what was made of texts that come again, as user agents do. A text off the wire is a new string each time, and to
 * hash it costs more than to use it: so the one that last had its length and a few of its characters is compared first.
 */
export class KnownTexts<Made> {
  readonly #make: (text: string) => Made
  readonly #limits: KnownTextsLimits
  readonly #all = new Map<string, Known<Made>>()
  readonly #latest: (Known<Made> | undefined)[] = Array.from({ length: SLOTS }, () => undefined)

  constructor(limits: KnownTextsLimits, make: (text: string) => Made) {
    this.#limits = limits
    this.#make = make
  }

  /** Gives what is made of a text. */
  of(text: string): Made {
    const slot = toSlot(text)
    const latest = this.#latest[slot]
    if (latest !== undefined && latest.text === text) return latest.made
    const known = this.#all.get(text) ?? this.#remember(text)
    if (known === undefined) return this.#make(text)
    this.#latest[slot] = known
    return known.made
  }

  #remember(text: string): Known<Made> | undefined {
    const { count, chars } = this.#limits
    if (this.#all.size >= count || text.length > chars) return undefined
    const known = { text, made: this.#make(text) }
    this.#all.set(text, known)
    return known
  }
}

/** Versions differ near the end, systems near the middle. */
function toSlot(text: string): number {
  const { length } = text
  if (length === 0) return 0
  const middle = text.charCodeAt(length >> 1)
  const late = text.charCodeAt(length - (length >> 3) - 1)
  return (length + middle * 5 + late * 3) & (SLOTS - 1)
}
