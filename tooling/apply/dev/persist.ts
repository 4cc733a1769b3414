import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import { messageOf } from '../../../src/convention/error-record.ts'
import type { Limits } from '../../plan/dev/limits.ts'
import type { Arrival } from '../../plan/dev/store.ts'

/** What came, in a file that outlives the session. */
export interface Persistence {
  readonly path: string
  /** Everything of earlier sessions that fits the limits, oldest first. */
  load(): Iterable<Arrival>
  /** Keeps what came; it is written a moment later, many at once. */
  keep(arrivals: readonly Arrival[]): void
  clear(): void
  close(): void
}

const WRITE_MS = 500
/** Another session may write to the same file: so long one waits for it. */
const BUSY_MS = 200
/** Rows are let go when there are so many more than the rings hold. */
const SURPLUS = 1.5
const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS record (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, json TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS record_kind ON record (kind, id);
`

/**
 * Opens the file, and makes it when there is none; whoever opened it closes it. Rejects with SERVICEX_USAGE when
 * it is no file of ours.
 */
export async function openPersistence(
  path: string,
  limits: Limits,
  onProblem: (text: string) => void = () => undefined,
): Promise<Persistence> {
  const database = await openDatabase(path)
  const insert = database.prepare('INSERT INTO record (kind, json) VALUES (?, ?)')
  const select = database.prepare(
    'SELECT kind, json FROM (SELECT id, kind, json FROM record WHERE kind = ? ORDER BY id DESC LIMIT ?) ORDER BY id',
  )
  const trim = database.prepare(
    'DELETE FROM record WHERE kind = ? AND id <= (SELECT id FROM record WHERE kind = ? ORDER BY id DESC LIMIT 1 OFFSET ?)',
  )
  const mostOf: Readonly<Record<Arrival['kind'], number>> = {
    span: limits.spans,
    log: limits.logs,
    error: limits.errors,
    point: limits.points,
  }
  let waiting: Arrival[] = []
  let sinceTrim = 0
  let isBroken = false
  const timer = setInterval(write, WRITE_MS)
  timer.unref()

  function write(): void {
    if (waiting.length === 0) return
    try {
      database.exec('BEGIN IMMEDIATE')
      for (const { kind, record } of waiting) insert.run(kind, JSON.stringify(record))
      if (sinceTrim >= limits.logs) {
        sinceTrim = 0
        for (const [kind, most] of Object.entries(mostOf))
          trim.run(kind, kind, Math.ceil(most * SURPLUS))
      }
      database.exec('COMMIT')
      sinceTrim += waiting.length
      waiting = []
      isBroken = false
    } catch (error) {
      fail(error)
    }
  }

  /** A full disk, or another session that holds the file: what came waits for the next time, within bounds. */
  function fail(error: unknown): void {
    if (database.isTransaction) database.exec('ROLLBACK')
    waiting = waiting.slice(-limits.spans)
    if (isBroken) return
    isBroken = true
    onProblem(`what comes cannot be kept in ${path}: ${messageOf(error)}`)
  }

  return {
    path,
    *load() {
      for (const [kind, most] of Object.entries(mostOf))
        for (const row of select.iterate(kind, most)) {
          const record = toRecord(String(row['json']))
          if (record !== undefined) yield { kind, record } as Arrival
        }
    },
    keep(arrivals) {
      for (const arrival of arrivals) waiting.push(arrival)
    },
    clear() {
      waiting = []
      try {
        database.exec('DELETE FROM record')
      } catch (error) {
        fail(error)
      }
    },
    close() {
      clearInterval(timer)
      write()
      database.close()
    },
  }
}

/** A row that was cut off is left out. */
function toRecord(json: string): unknown {
  try {
    return JSON.parse(json) as unknown
  } catch {
    return undefined
  }
}

async function openDatabase(path: string): Promise<DatabaseSync> {
  const { DatabaseSync } = await import('node:sqlite')
  try {
    mkdirSync(dirname(path), { recursive: true })
    const database = new DatabaseSync(path, { timeout: BUSY_MS })
    database.exec(SCHEMA)
    return database
  } catch (cause) {
    throw new ServicexError('SERVICEX_USAGE', {
      summary: `what came cannot be kept in ${path}: ${messageOf(cause)}`,
      fix: 'name another file with --persist-to, or delete this one',
      cause,
    })
  }
}
