import type { Notice } from '../context/facts.ts'
import type { Armed } from './arm.ts'

/** By then an app's own modules are loaded, and it listens or works. */
const REPORT_AFTER_MS = 3000

/** Tells, once the app has started, of each package whose work goes unseen, with the fix. */
export function reportPackages(armed: Armed, notice: Notice): void {
  const timer = setTimeout(() => {
    for (const { name, version, state, fix } of armed.report()) {
      if (fix === undefined) continue
      notice('warn', `${name}${version === undefined ? '' : ` ${version}`} is not seen: ${state}`, {
        package: name,
        state,
        fix,
      })
    }
  }, REPORT_AFTER_MS)
  timer.unref()
}
