import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Check } from '../../../src/convention/doctor.ts'
import type { Project } from '../../parse/project.ts'

const run = promisify(execFile)

/** The oldest Node of each line that servicex runs on. Source: package.json#engines. */
const OLDEST: Readonly<Record<number, readonly [minor: number, patch: number]>> = {
  22: [22, 3],
  24: [11, 1],
}

/** Looks at the programs that kube needs: Node, git, and what installs the packages. */
export async function checkTools(
  project: Project,
  env: NodeJS.ProcessEnv,
  nodeVersion: string = process.versions.node,
): Promise<readonly Check[]> {
  const { packageManager } = project
  return [
    checkNode(nodeVersion),
    await checkProgram('git', 'install git', env),
    await checkProgram(
      packageManager,
      packageManager === 'npm' ? 'install Node again: npm comes with it' : 'corepack enable',
      env,
    ),
  ]
}

function checkNode(version: string): Check {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  const [leastMinor, leastPatch] = OLDEST[major] ?? [0, 0]
  const isKnown = major >= 26 || major in OLDEST
  const isNew = minor > leastMinor || (minor === leastMinor && patch >= leastPatch)
  const check = { category: 'node', name: 'node', message: `v${version}` } as const
  return isKnown && isNew
    ? { ...check, status: 'pass' }
    : { ...check, status: 'fail', fix: 'install Node 24.11.1 or newer' }
}

async function checkProgram(name: string, fix: string, env: NodeJS.ProcessEnv): Promise<Check> {
  try {
    const { stdout } = await run(name, ['--version'], { env })
    return { category: 'tools', name, status: 'pass', message: stdout.trim() }
  } catch {
    return { category: 'tools', name, status: 'fail', message: 'is not on the PATH', fix }
  }
}
