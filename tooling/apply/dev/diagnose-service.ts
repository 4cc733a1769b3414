import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'
import type { Diagnosis } from '../../../src/convention/doctor.ts'
import type { Finding } from '../../plan/dev/api.ts'
import type { ServiceToRun } from './supervised-service.ts'

const TIMEOUT_MS = 20_000
const MAX_OUTPUT_BYTES = 2 ** 20

/** Asks `servicex doctor` what is wrong with a service; nothing when it cannot say. */
export function diagnoseService({ root, env }: ServiceToRun): Promise<readonly Finding[]> {
  const program = findDoctor(root)
  if (program === undefined) return Promise.resolve([])
  const options = { cwd: root, env: { ...env }, timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES }
  return new Promise((resolve) => {
    // It exits with 1 when a check fails: what it printed counts.
    execFile(process.execPath, [program, 'doctor', root, '--json'], options, (_error, stdout) =>
      resolve(toFindings(stdout)),
    )
  })
}

/** The service's own servicex, else the one that this tool is part of. */
function findDoctor(root: string): string | undefined {
  const own = join(root, 'node_modules', 'servicex', 'dist', 'servicex.js')
  const home = dirname(findPackageJSON(import.meta.url) ?? '.')
  return [own, join(home, 'dist', 'servicex.js')].find((path) => existsSync(path))
}

function toFindings(text: string): readonly Finding[] {
  try {
    const { checks } = JSON.parse(text) as Diagnosis
    return checks
      .filter(({ status }) => status !== 'pass')
      .toSorted((a, b) => Number(b.status === 'fail') - Number(a.status === 'fail'))
      .map(({ name, message, fix }) => ({
        message: `${name}: ${message}`,
        fix: fix ?? 'npx servicex doctor',
      }))
  } catch {
    return []
  }
}
