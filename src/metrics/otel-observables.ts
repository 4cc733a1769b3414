import type {
  Attributes,
  BatchObservableCallback,
  Observable,
  ObservableCallback,
} from '@opentelemetry/api'
import type { OtelFamily } from './otel-family.ts'
import { warnOnce } from './registry.ts'

/** A callback that takes longer is not waited for: `/metrics` is asked for with a deadline. */
const MAX_WAIT_MS = 1000

/** An instrument that is asked for its values when `/metrics` is read. */
export class ObservableInstrument implements Observable {
  readonly family: OtelFamily | undefined
  readonly callbacks: Set<ObservableCallback> = new Set<ObservableCallback>()
  readonly #all: Observables

  constructor(all: Observables, family: OtelFamily | undefined) {
    this.#all = all
    this.family = family
  }

  addCallback(callback: ObservableCallback): void {
    this.callbacks.add(callback)
    this.#all.join(this)
  }

  removeCallback(callback: ObservableCallback): void {
    this.callbacks.delete(callback)
  }

  /** Notes a value under its attributes, until the next scrape. */
  observe(value: number, attributes: Attributes = {}): void {
    if (typeof value === 'number' && Number.isFinite(value)) this.family?.set(value, attributes)
  }
}

/** Every observable instrument of the process. Their callbacks run once a scrape, however many metrics they fill. */
export class Observables {
  readonly #instruments = new Set<ObservableInstrument>()
  readonly #batches = new Map<BatchObservableCallback, readonly Observable[]>()
  #running: Promise<void> | undefined

  /** Takes an instrument in, so that it is asked at the next scrape. */
  join(instrument: ObservableInstrument): void {
    this.#instruments.add(instrument)
    if (instrument.family !== undefined) instrument.family.collect = () => this.#collect()
  }

  addBatch(callback: BatchObservableCallback, instruments: readonly Observable[]): void {
    this.#batches.set(callback, instruments)
    for (const each of instruments) if (each instanceof ObservableInstrument) this.join(each)
  }

  removeBatch(callback: BatchObservableCallback): void {
    this.#batches.delete(callback)
  }

  #collect(): Promise<void> {
    this.#running ??= this.#run().finally(() => (this.#running = undefined))
    return this.#running
  }

  async #run(): Promise<void> {
    for (const { family } of this.#instruments) family?.reset()
    const singles = [...this.#instruments].flatMap((instrument) =>
      [...instrument.callbacks].map((callback) => () => callback(instrument)),
    )
    const batches = [...this.#batches].map(
      ([callback, instruments]) =>
        () =>
          callback({
            observe: (instrument, value, attributes) => {
              if (instrument instanceof ObservableInstrument && instruments.includes(instrument))
                instrument.observe(value, attributes)
            },
          }),
    )
    await Promise.all([...singles, ...batches].map((ask) => answered(ask)))
  }
}

/** Resolves when `ask` is done, has failed, or takes too long. */
async function answered(ask: () => void | Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      warn('an observable instrument took too long to answer', `${MAX_WAIT_MS} ms`)
      resolve()
    }, MAX_WAIT_MS).unref()
  })
  try {
    await Promise.race([ask(), late])
  } catch (error) {
    warn(
      'an observable instrument could not be asked for its values',
      error instanceof Error ? error.message : String(error),
    )
  } finally {
    clearTimeout(timer)
  }
}

function warn(message: string, reason: string): void {
  warnOnce(`otel-observables/${message}`, { reason }, message)
}
