import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import type { FamilyReport, RunOptions } from './report.ts'

const CASES = { long: 140_000, short: 5600 }
const SEED = 20_261_123
const APPS = join(import.meta.dirname, 'apps')
const VARIANTS = [
  ['servicex', 'fuzz-servicex.mjs'],
  ['by hand', 'fuzz-by-hand.mjs'],
] as const

interface Fuzzed {
  readonly cases: number
  /** Calls that threw, by what was called. */
  readonly throws: Readonly<Record<string, number>>
  readonly polluted: boolean
}

/** Gives everything an app calls values of any kind, half of them made to break it. */
export async function runFuzz({ short, tell }: RunOptions): Promise<FamilyReport> {
  const cases = short ? CASES.short : CASES.long
  const results = new Map<string, Fuzzed>()
  for (const [title, app] of VARIANTS) {
    results.set(title, await run(app, cases))
    tell(`fuzz, ${title}`)
  }
  const rows = [...results].map(([what, { cases, throws, polluted }]) => ({
    what,
    cells: {
      calls: cases,
      threw: totalOf(throws),
      'from what': toList(throws),
      'Object.prototype polluted': polluted ? 'yes' : 'no',
    },
  }))
  const own = results.get('servicex')
  return {
    title: 'Fuzz: what an app passes on',
    how: `Calls of the log, the metrics, error collection, spans, jobs and trace headers with values of any kind (fast-check, seed ${SEED}), half of them hostile: getters and proxies that throw, cycles, revoked proxies, 3 000 levels of nesting, \`__proto__\`.`,
    rows,
    targets: [
      {
        what: `0 throws into the app in ${own?.cases.toLocaleString('en')} calls`,
        isMet: own !== undefined && totalOf(own.throws) === 0 && !own.polluted,
      },
    ],
  }
}

async function run(app: string, cases: number): Promise<Fuzzed> {
  const child = spawn(process.execPath, [join(APPS, app), String(cases), String(SEED)], {
    env: { NODE_ENV: 'production', ADMIN_PORT: '0' },
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  })
  return JSON.parse(await text(child.stdio[3] as Readable)) as Fuzzed
}

function totalOf(throws: Fuzzed['throws']): number {
  return Object.values(throws).reduce((sum, count) => sum + count, 0)
}

function toList(throws: Fuzzed['throws']): string {
  return (
    Object.entries(throws)
      .map(([name, count]) => `\`${name}\` ${count}`)
      .join(', ') || '–'
  )
}
