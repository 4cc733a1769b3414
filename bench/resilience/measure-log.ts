import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Measure } from './row.ts'

/** What was measured, by the name of the system, then by the number of the row. */
export type Measured = Readonly<Record<string, Readonly<Record<string, Measure>>>>

/**
 * What runs of the bench have measured, in a file: one that is broken off goes on with `--resume`.
 * Short and long runs have a file each.
 */
export class MeasureLog {
  readonly #path: string
  #measured: Measured = {}

  constructor(length: 'short' | 'long') {
    this.#path = join(import.meta.dirname, `../results/resilience-${length}.json`)
  }

  /** Takes up what an earlier run has left; nothing when there is none. */
  resume(): void {
    try {
      this.#measured = JSON.parse(readFileSync(this.#path, 'utf8')) as Measured
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }

  /** Says whether a row was measured of a system. */
  has(system: string, row: number): boolean {
    return this.#measured[system]?.[row] !== undefined
  }

  /** Adds a measure, and writes all to the file. */
  add(system: string, row: number, measure: Measure): void {
    const known = this.#measured[system]
    this.#measured = { ...this.#measured, [system]: { ...known, [row]: measure } }
    mkdirSync(dirname(this.#path), { recursive: true })
    writeFileSync(this.#path, JSON.stringify(this.#measured, undefined, 1))
  }

  /** All that was measured. */
  get measured(): Measured {
    return this.#measured
  }
}
