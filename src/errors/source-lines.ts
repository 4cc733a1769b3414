import { open } from 'node:fs/promises'
import type { ErrorEvent } from '@sentry/node'
import type { Frame } from './error-event.ts'

/** The lines of a file at one place, and beside it. */
interface Lines {
  readonly before: readonly string[]
  readonly at: string
  readonly after: readonly string[]
}

/** Where a frame points to. */
interface Place {
  readonly path: string
  readonly line: number
}

type LinesOf = ReadonlyMap<number, Lines>

/** Lines on each side of a place, as Sentry shows them. */
const LINES_BESIDE = 5
/** How many places are remembered, the latest: 1 MB at most. An app fails at few. */
const MAX_PLACES = 500
const MAX_LINE_CHARS = 150
/** What lies further on in a file is made by a bundler, and is not read for its sake. */
const LIMITS = { line: 10_000, column: 1000, bytes: 4_194_304 } as const

const SOURCE = /\.(?:[cm]?[jt]sx?|vue|svelte|astro|mdx)$/i
const MINIFIED = /\.min\.[cm]?js$/i

/**
 * Adds the lines of source beside each frame of an error event. What was read for a place is remembered: the code of a process does not
 * change, and the SDK's own integration, which remembers ten files, reads one again for each error that is thrown
 * near its end. That was half of what an error cost.
 */
export class SourceLines {
  readonly #known = new Map<string, Promise<Lines | undefined>>()

  /** Resolves with the event; a frame whose file cannot be read stays as it is. */
  readonly addTo = async (event: ErrorEvent): Promise<ErrorEvent> => {
    const frames = (event.exception?.values ?? [])
      .flatMap(({ stacktrace }) => stacktrace?.frames ?? [])
      .map((frame) => ({ frame, place: toPlace(frame) }))
    const all = this.#find(frames.flatMap(({ place }) => place ?? []))
    await Promise.all(
      frames.map(async ({ frame, place }) => {
        const lines = place === undefined ? undefined : await all.get(toKey(place))
        if (lines === undefined) return
        frame.pre_context = [...lines.before]
        frame.context_line = lines.at
        frame.post_context = [...lines.after]
      }),
    )
    return event
  }

  /** A file is read once for all places in it that are new. */
  #find(places: readonly Place[]): ReadonlyMap<string, Promise<Lines | undefined> | undefined> {
    const isNew = (place: Place): boolean => !this.#known.has(toKey(place))
    for (const [path, news] of Map.groupBy(places.filter(isNew), (place) => place.path)) {
      const reading = readLines(path, new Set(news.map(({ line }) => line)))
      for (const place of news)
        this.#known.set(
          toKey(place),
          reading.then((linesOf) => linesOf.get(place.line)),
        )
    }
    const found = new Map(places.map(toKey).map((key) => [key, this.#known.get(key)]))
    for (const key of this.#known.keys()) if (this.#known.size > MAX_PLACES) this.#known.delete(key)
    return found
  }
}

function toKey({ path, line }: Place): string {
  return `${line}:${path}`
}

/** A place whose lines can be read and are worth it. */
function toPlace({ filename, lineno, colno, context_line }: Frame): Place | undefined {
  if (filename === undefined || lineno === undefined || context_line !== undefined) return undefined
  if (filename.startsWith('node:') || filename.startsWith('data:')) return undefined
  const path = filename.replace(/[?#].*$/, '')
  if (!SOURCE.test(path) || MINIFIED.test(path)) return undefined
  if (lineno > LIMITS.line || (colno ?? 0) > LIMITS.column) return undefined
  return { path, line: lineno }
}

async function readLines(path: string, places: ReadonlySet<number>): Promise<LinesOf> {
  try {
    const lines = await readTo(path, Math.max(...places) + LINES_BESIDE)
    return new Map(
      [...places].flatMap((place) => {
        const at = lines[place - 1]
        return at === undefined ? [] : [[place, linesAt(lines, place, at)] as const]
      }),
    )
  } catch {
    return new Map()
  }
}

function linesAt(lines: readonly string[], place: number, at: string): Lines {
  const before = lines.slice(Math.max(0, place - 1 - LINES_BESIDE), place - 1)
  const after = lines.slice(place, place + LINES_BESIDE)
  return { before: before.map(toShown), at: toShown(at), after: after.map(toShown) }
}

/** A copy: a part of a string would keep the whole of what was read. */
function toShown(line: string): string {
  const shown = line.length > MAX_LINE_CHARS ? `${line.slice(0, MAX_LINE_CHARS)}…` : line
  return Buffer.from(shown).toString()
}

async function readTo(path: string, last: number): Promise<readonly string[]> {
  const lines: string[] = []
  const file = await open(path)
  try {
    for await (const line of file.readLines({ end: LIMITS.bytes })) {
      if (lines.push(line) >= last) break
    }
  } finally {
    await file.close()
  }
  return lines
}
