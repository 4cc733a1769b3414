/**
 * `npm run bench:startup`: what it costs to start a server with servicex, beside bare Node and beside
 * what else one can install. The programs are those of `bench:request`, without a request.
 * `--rounds 11` says how many rounds, `--variant sentry` takes a part, `--quick` a first look.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { describeRun } from './measure/report.ts'
import { runRounds } from './measure/rounds.ts'
import { type Variant, VARIANTS } from './request/variants.ts'
import { describeStarts } from './startup/describe-starts.ts'
import { measureStart, type StartCost } from './startup/measure-start.ts'

/** Counting costs CPU, so it is a run of its own. */
const COUNT_MODULES = ['--import', join(import.meta.dirname, 'startup/count-modules.mjs')]

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    variant: { type: 'string', multiple: true, default: [''] },
  },
})
const rounds = Number(values.rounds ?? (values.quick ? 3 : 11))
const variants = VARIANTS.filter(({ title }) => values.variant.some((part) => title.includes(part)))
const costs = new Map<Variant, StartCost[]>(variants.map((variant) => [variant, []]))
const moduleCounts = new Map<Variant, number | undefined>()

await runRounds('start', rounds, variants, async (variant) => {
  costs.get(variant)?.push(await measureStart(variant))
})
await runRounds('modules', 1, variants, async (variant) => {
  const { moduleCount } = await measureStart(variant, COUNT_MODULES)
  moduleCounts.set(variant, moduleCount)
})
console.log(`# A start\n\n${describeRun(rounds)}\n\n${describeStarts(costs, moduleCounts)}`)
