import type { Notice, Sink } from '../context/facts.ts'
import type { Armed } from './arm.ts'

/** When an app neither listens nor runs jobs; by then its own modules are loaded. */
const REPORT_AFTER_MS = 10_000

/** Tells once of the packages whose work goes unseen. */
export interface PackageReporter {
  /** Tells when the first job has run. */
  readonly sink: Sink
  /** Tells now, the first time it is called. */
  tell(): void
}

/**
 * Makes what tells of each package whose work goes unseen, with the fix: as soon as the app listens
 * or has run a job, for then its modules are loaded.
 */
export function openPackageReporter(armed: Armed, notice: Notice): PackageReporter {
  let told = false
  const tell = (): void => {
    if (told) return
    told = true
    clearTimeout(timer)
    void armed.ready.then(() => write(armed, notice))
  }
  const timer = setTimeout(tell, REPORT_AFTER_MS).unref()
  return { tell, sink: { onJob: tell } }
}

function write(armed: Armed, notice: Notice): void {
  for (const { name, version, state, fix } of armed.report()) {
    if (fix === undefined) continue
    const what = version === undefined ? name : `${name} ${version}`
    notice('warn', `${what} is not seen: ${state}`, { package: name, state, fix })
  }
}
