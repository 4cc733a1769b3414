/** One server-sent event. */
export interface ReadEvent {
  /** Empty for the operation's own data. */
  readonly name: string
  readonly data: string
  readonly id: string | undefined
}

/** What a stream's parser gives as bytes come. */
export interface ParsedEvents {
  readonly events: readonly ReadEvent[]
  /** How long the server asks to wait before the stream is asked for again. */
  readonly retryMs: number | undefined
}

/** The most bytes of one event. */
const EVENT_MAX_CHARS = 10_485_760

/** Splits a stream of bytes into server-sent events. Source: HTML Living Standard, §9.2.6. */
export class EventParser {
  readonly #decoder = new TextDecoder('utf-8')
  #rest = ''
  #data: string[] = []
  #name = ''
  #id: string | undefined
  #retryMs: number | undefined

  /** Takes the next bytes and gives the events that they complete. Throws a RangeError for an event that has no end. */
  parse(chunk: Uint8Array): ParsedEvents {
    this.#retryMs = undefined
    const text = this.#rest + this.#decoder.decode(chunk, { stream: true })
    // A line end of two characters may be cut between them: the last one waits.
    const complete = text.endsWith('\r') ? text.length - 1 : text.length
    const lines = text.slice(0, complete).split(/\r\n|\n|\r/)
    this.#rest = (lines.pop() ?? '') + text.slice(complete)
    const events = lines.flatMap((line) => this.#take(line))
    if (this.#rest.length + this.#data.join('').length > EVENT_MAX_CHARS)
      throw new RangeError(`an event has more than ${EVENT_MAX_CHARS} characters`)
    return { events, retryMs: this.#retryMs }
  }

  #take(line: string): ReadEvent[] {
    if (line === '') return this.#complete()
    const at = line.indexOf(':')
    const field = at === -1 ? line : line.slice(0, at)
    const value = at === -1 ? '' : line.slice(at + 1).replace(/^ /, '')
    if (field === 'data') this.#data.push(value)
    else if (field === 'event') this.#name = value
    else if (field === 'id' && !value.includes('\0')) this.#id = value
    else if (field === 'retry' && /^\d{1,9}$/.test(value)) this.#retryMs = Number(value)
    return []
  }

  #complete(): ReadEvent[] {
    const [data, name] = [this.#data, this.#name]
    this.#data = []
    this.#name = ''
    if (data.length === 0 && name === '') return []
    return [{ name, data: data.join('\n'), id: this.#id }]
  }
}
