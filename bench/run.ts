/**
 * `npm run bench`: every bench, one after the other. Names choose some: `npm run bench -- log heap`.
 * `--quick` takes a first look, and `--write` puts the tables into docs/performance.md.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writeSection } from './measure/write-section.ts'

interface Bench {
  readonly name: string
  readonly words: readonly string[]
  /** Runs only when it is named. */
  readonly isExtra?: true
}

const BENCHES: readonly Bench[] = [
  { name: 'request', words: ['request.ts'] },
  { name: 'startup', words: ['startup.ts'] },
  { name: 'log', words: ['log.ts'] },
  { name: 'metrics', words: ['metrics.ts'] },
  { name: 'client', words: ['client.ts'] },
  { name: 'heap', words: ['request.ts', '--long'], isExtra: true },
  { name: 'profile', words: ['request.ts', '--profile'], isExtra: true },
]

/** Threads that collect a load's garbage would take the processor of the server that it measures. */
const LOAD_ARGS = ['--single-threaded-gc']

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})
const unknown = positionals.filter((name) => !BENCHES.some((bench) => bench.name === name))
if (unknown.length > 0)
  throw new Error(`no bench ${unknown.join(', ')}: ${BENCHES.map(({ name }) => name).join(', ')}`)

for (const bench of BENCHES) if (isWanted(bench)) run(bench)

function isWanted({ name, isExtra }: Bench): boolean {
  return positionals.length === 0 ? isExtra !== true : positionals.includes(name)
}

/** A bench that fails writes nothing, and does not keep the others from running. */
function run({ name, words: [file = '', ...options] }: Bench): void {
  const startedAt = performance.now()
  const args = [
    ...LOAD_ARGS,
    join(import.meta.dirname, file),
    ...options,
    ...(values.quick ? ['--quick'] : []),
  ]
  const { status, stdout } = spawnSync(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
  const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1)
  console.log(stdout)
  console.error(`${name}: ${minutes} minutes${status === 0 ? '' : ', failed'}`)
  if (status !== 0) process.exitCode = 1
  else if (values.write) writeSection(name, stdout)
}
