import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AppPackage } from '../config/app-package.ts'
import type { Check } from '../convention/doctor.ts'
import { arm } from '../instrumentation/arm.ts'
import type { PackageReport } from '../instrumentation/package-state.ts'

/**
 * Says of each package that servicex can see what it will see of it in this app. The app does not run
 * here: what depends on how it is started is judged by its package scripts.
 */
export async function checkPackages(app: AppPackage): Promise<Check[]> {
  const armed = arm(app, false)
  await armed.ready
  const reports = armed.report()
  armed.disarm()
  const preloads = isPreloaded(app.root)
  return reports.map((report) => toCheck(report, preloads))
}

function toCheck({ name, version, state, fix }: PackageReport, preloads: boolean): Check {
  const about = {
    category: 'packages',
    name: version === undefined ? name : `${name} ${version}`,
  } as const
  if (state === 'needs --import' && preloads)
    return {
      ...about,
      status: 'pass',
      message: 'real ES module: patched, where started with --import servicex/register',
    }
  if (fix !== undefined) return { ...about, status: 'warn', message: `is not seen: ${state}`, fix }
  const message = state === 'not loaded' ? 'patched when it is loaded' : state
  return { ...about, status: 'pass', message }
}

/** A package script starts the app with the hooks for ES modules. */
function isPreloaded(root: string): boolean {
  try {
    const { scripts = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts?: Readonly<Record<string, string>>
    }
    return Object.values(scripts).some((script) => /--import[ =]servicex\/register/.test(script))
  } catch {
    return false
  }
}
