import type { LogLevel } from '../convention/log-levels.ts'

/** The trace a line belongs to. */
export interface LineTrace {
  readonly traceId: string
  readonly spanId: string
  readonly sampled: boolean
}

/** The request an access line tells of. */
export interface HttpRecord {
  readonly method: string
  readonly route: string
  readonly path: string
  readonly status: number
  readonly durationMs: number
  readonly aborted: boolean
  readonly userAgent: string | undefined
}

/** The job a line tells of. */
export interface JobRecord {
  readonly name: string
  readonly outcome: string
  readonly durationMs: number
}

/** One line before it is spelled: the same record for every preset of keys. */
export interface LineRecord {
  /** Unix milliseconds. */
  readonly timeMs: number
  readonly level: LogLevel
  readonly message: string
  readonly trace: LineTrace | undefined
  readonly requestId: string | undefined
  readonly error: unknown
  readonly http: HttpRecord | undefined
  readonly job: JobRecord | undefined
  /** The caller's fields, outermost first; a later one wins. */
  readonly fields: readonly (object | undefined)[]
  /** How many lines were lost since the last one that was written. */
  readonly dropped: number
  /** Why the line is not what its writer gave; `undefined` when it is. */
  readonly problem: string | undefined
}

/** Spells a record as one line, with its line end. */
export type Encoder = (record: LineRecord) => string
