import type { System } from './system.ts'

/** One scenario of research: a fault, and what must hold under it. */
export interface Row {
  readonly number: number
  readonly fault: string
  readonly needs: string
  /** Only this system has what the row is about. */
  readonly only?: string
  readonly measure: (run: RowRun) => Promise<Measure>
}

/** Whom a row is measured of, and how long. */
export interface RowRun {
  readonly system: System
  /** A few seconds in place of the time that gives figures worth printing. */
  readonly short: boolean
}

/** What a row came to. */
export interface Measure {
  /** The figures, in words. */
  readonly figures: string
  readonly holds: boolean
}

/** Gives a part as percent, with two digits where they matter. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0.99 && share < 1 ? 2 : 1)} %`
}

/** Gives a time in whole milliseconds. */
export function ms(time: number): string {
  return `${Math.round(time)} ms`
}
