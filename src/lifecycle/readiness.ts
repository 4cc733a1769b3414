/** A check of the app's own: resolves when the dependency can be used, throws or gives `false` when not. */
export type ReadinessCheck = () => unknown

/** What `/readyz` says. */
export interface ReadinessReport {
  readonly ready: boolean
  readonly reason?: string
  readonly checks: Readonly<Record<string, string>>
}

/** A report, and for how long it is given to whoever asks. */
interface Answered {
  readonly report: Promise<ReadinessReport>
  /** By performance.now(); never while the checks run. */
  expiresAtMs: number
}

const CHECK_TIMEOUT_MS = 2000
const CACHE_MS = 1000

/** The readiness of the process: its own checks, until it begins to drain. */
export class Readiness {
  readonly #checks = new Map<string, ReadinessCheck>()
  #reason: string | undefined
  #latest: Answered | undefined

  /** Adds a check; a later one of the same name replaces it. */
  add(name: string, check: ReadinessCheck): void {
    this.#checks.set(name, check)
    this.#latest = undefined
  }

  /** Makes the process not ready from now on. */
  withdraw(reason: string): void {
    this.#reason = reason
  }

  /** Runs every check, each with a time limit; an answer holds for a second, so that probes cannot load the dependencies. */
  async report(): Promise<ReadinessReport> {
    if (this.#reason !== undefined) return { ready: false, reason: this.#reason, checks: {} }
    if (this.#latest === undefined || performance.now() > this.#latest.expiresAtMs)
      this.#latest = this.#begin()
    return this.#latest.report
  }

  #begin(): Answered {
    const latest: Answered = { report: this.#run(), expiresAtMs: Number.POSITIVE_INFINITY }
    void latest.report.then(() => (latest.expiresAtMs = performance.now() + CACHE_MS))
    return latest
  }

  async #run(): Promise<ReadinessReport> {
    const entries = await Promise.all(
      [...this.#checks].map(async ([name, check]) => [name, await runCheck(check)] as const),
    )
    const failing = entries.filter(([, result]) => result !== 'ok').map(([name]) => name)
    const checks = Object.fromEntries(entries)
    return failing.length === 0
      ? { ready: true, checks }
      : { ready: false, reason: `not ready: ${failing.join(', ')}`, checks }
  }
}

async function runCheck(check: ReadinessCheck): Promise<string> {
  const timeout = Promise.withResolvers<string>()
  const timer = setTimeout(
    () => timeout.resolve(`no answer within ${CHECK_TIMEOUT_MS} ms`),
    CHECK_TIMEOUT_MS,
  )
  try {
    return await Promise.race([attempt(check), timeout.promise])
  } finally {
    clearTimeout(timer)
  }
}

async function attempt(check: ReadinessCheck): Promise<string> {
  try {
    return (await check()) === false ? 'failed' : 'ok'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
