/**
 * How much the dashboard keeps. Counts are those of the .NET Aspire dashboard (MaxLogCount,
 * MaxTraceCount, MaxMetricsCount, MaxAttributeCount); the bytes bound the memory of the process.
 */
export interface Limits {
  readonly logs: number
  readonly traces: number
  /** Over all traces. */
  readonly spans: number
  readonly errors: number
  readonly points: number
  readonly series: number
  /** Of all spans' details. */
  readonly spanBytes: number
  /** Of all lines. */
  readonly logBytes: number
  /** Of all errors' details. */
  readonly errorBytes: number
}

/** The limits of a session. */
export const LIMITS: Limits = {
  logs: 10_000,
  traces: 10_000,
  spans: 50_000,
  errors: 2_000,
  points: 50_000,
  series: 5_000,
  spanBytes: 12 * 2 ** 20,
  logBytes: 6 * 2 ** 20,
  errorBytes: 3 * 2 ** 20,
}

/** Bounds of one record. */
export const RECORD_LIMITS = {
  attributes: 128,
  textChars: 16_384,
  nameChars: 512,
  depth: 16,
  events: 128,
  frames: 64,
  spansOfTrace: 5_000,
} as const
