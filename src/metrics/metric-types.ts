/** What a metric is declared with. */
export interface MetricOptions<Label extends string = string> {
  /** One sentence for whoever reads `/metrics`. */
  readonly help: string
  /** The names of its labels; values must come from a small set. */
  readonly labels?: readonly Label[]
}

/** What a histogram is declared with. */
export interface HistogramOptions<Label extends string = string> extends MetricOptions<Label> {
  /** Upper bounds in the metric's unit. Default: those of request durations, in seconds. */
  readonly buckets?: readonly number[]
}

/** The label values of one observation. */
export type LabelValues<Label extends string> = Readonly<Record<Label, string | number | boolean>>

/** A value, after the label values where the metric has labels. */
export type Measurement<Label extends string> = [Label] extends [never]
  ? [value: number]
  : [labels: LabelValues<Label>, value: number]

/** A change, by 1 where no value is given. */
export type Change<Label extends string> = [Label] extends [never]
  ? [value?: number]
  : [labels: LabelValues<Label>, value?: number]

/** A count that only grows. */
export interface Counter<Label extends string = never> {
  /** Adds a value, 1 when absent. Never throws: what is wrong is warned of once and not counted. */
  inc(...change: Change<Label>): void
}

/** A value that goes up and down. */
export interface Gauge<Label extends string = never> {
  /** Sets the value. Never throws, as `inc` and `dec`. */
  set(...measurement: Measurement<Label>): void
  /** Adds a value, 1 when absent. */
  inc(...change: Change<Label>): void
  /** Subtracts a value, 1 when absent. */
  dec(...change: Change<Label>): void
}

/** A distribution; a sampled trace of the running work becomes the exemplar of its bucket. */
export interface Histogram<Label extends string = never> {
  /** Counts one value in the metric's unit. Never throws. */
  observe(...measurement: Measurement<Label>): void
}
