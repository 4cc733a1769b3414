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
 * it is no file of ours. `onProblem` is told once when it cannot be written any more.
 */
export async function openPersistence(
  path: string,
  limits: Limits,
  onProblem: (text: string) => void = () => undefined,
): Promise<Persistence> {
  const database = await openDatabase(path)
  const rows = openRows(database, limits)
  let waiting: Arrival[] = []
  let isBroken = false
  const timer = setInterval(write, WRITE_MS)
  timer.unref()

  function write(): void {
    if (waiting.length === 0) return
    attempt(() => {
      rows.add(waiting)
      waiting = []
      isBroken = false
    })
  }

  /** A full disk, or another session that holds the file: what came waits for the next time, within bounds. */
  function attempt(work: () => void): void {
    try {
      work()
    } catch (error) {
      waiting = waiting.slice(-limits.spans)
      if (!isBroken) onProblem(`what comes cannot be kept in ${path}: ${messageOf(error)}`)
      isBroken = true
    }
  }

  return {
    path,
    load: () => rows.load(),
    keep(arrivals) {
      for (const arrival of arrivals) waiting.push(arrival)
    },
    clear() {
      waiting = []
      attempt(() => rows.clear())
    },
    close() {
      clearInterval(timer)
      write()
      database.close()
    },
  }
}

interface Rows {
  /** Adds all of them, or none and throws. */
  add(arrivals: readonly Arrival[]): void
  load(): Iterable<Arrival>
  clear(): void
}

function openRows(database: DatabaseSync, limits: Limits): Rows {
  const insert = database.prepare('INSERT INTO record (kind, json) VALUES (?, ?)')
  const select = database.prepare(
    'SELECT kind, json FROM (SELECT id, kind, json FROM record WHERE kind = ? ORDER BY id DESC LIMIT ?) ORDER BY id',
  )
  const trim = database.prepare(
    'DELETE FROM record WHERE kind = ? AND id <= (SELECT id FROM record WHERE kind = ? ORDER BY id DESC LIMIT 1 OFFSET ?)',
  )
  const mostOf = Object.entries({
    span: limits.spans,
    log: limits.logs,
    error: limits.errors,
    point: limits.points,
  } satisfies Record<Arrival['kind'], number>)
  let sinceTrim = 0

  function write(arrivals: readonly Arrival[]): void {
    database.exec('BEGIN IMMEDIATE')
    for (const { kind, record } of arrivals) insert.run(kind, JSON.stringify(record))
    sinceTrim += arrivals.length
    if (sinceTrim >= limits.logs) {
      for (const [kind, most] of mostOf) trim.run(kind, kind, Math.ceil(most * SURPLUS))
      sinceTrim = 0
    }
    database.exec('COMMIT')
  }

  return {
    add(arrivals) {
      try {
        write(arrivals)
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK')
        throw error
      }
    },
    *load() {
      for (const [kind, most] of mostOf)
        for (const row of select.iterate(kind, most)) {
          const record = toRecord(String(row['json']))
          if (record !== undefined) yield { kind, record } as Arrival
        }
    },
    clear: () => database.exec('DELETE FROM record'),
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
