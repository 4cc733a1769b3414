import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { median, quantile } from '../measure/statistics.ts'
import { COMPILERS } from './measure-types.ts'

/** What importing a client costs the process that does it. */
export interface ImportCost {
  /** CPU, milliseconds: of the client and all it imports. */
  readonly cpuMs: number
  /** Of the client alone, where the service has imported its libraries before. */
  readonly ownCpuMs: number
}

const PROGRAM = `
for (const name of process.argv.slice(3)) await import(name)
const before = process.cpuUsage()
await import(process.argv[2])
const { user, system } = process.cpuUsage(before)
console.log((user + system) / 1000)
`

/** Compiles the rig in \`folder\` and imports its client so many times, each in a process of its own. */
export function measureImport(folder: string, entry: string, rounds: number): ImportCost {
  const tsc = [COMPILERS['TypeScript 7.0'], '-p', folder, '--noCheck', '--outDir', folder]
  execFileSync(process.execPath, tsc, { stdio: 'pipe' })
  const path = join(folder, entry)
  const libraries = ['servicex/client', 'zod']
  const costs = (words: readonly string[]): number[] =>
    Array.from({ length: rounds }, () => run(folder, words))
  return {
    cpuMs: quantile(costs([path]), 0.25) - idle(folder, rounds),
    ownCpuMs: quantile(costs([path, ...libraries]), 0.25) - idle(folder, rounds),
  }
}

/** The cost of an import of nothing: Node's own. */
function idle(folder: string, rounds: number): number {
  return median(Array.from({ length: rounds }, () => run(folder, ['data:text/javascript,'])))
}

function run(folder: string, words: readonly string[]): number {
  const flags = ['--input-type=module', '--eval', PROGRAM, '--', 'x', ...words]
  return Number(execFileSync(process.execPath, flags, { cwd: folder, encoding: 'utf8' }))
}
