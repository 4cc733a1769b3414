/**
 * `npm run bench:request`: what a request costs under servicex, beside bare Node and beside what else
 * one can install. `--quick` for a first look, `--route hello` and `--variant sentry` for a part,
 * `--profile` for a profile of the hot path, `--long` for the heap over minutes.
 */
import { parseArgs } from 'node:util'
import { describeRun } from './measure/report.ts'
import { findBinary } from '../test/real/binary.ts'
import type { Verdict } from './request/check-delivered.ts'
import { describeRoute } from './request/describe-route.ts'
import { measureRoute, type Plan } from './request/measure-route.ts'
import { measureHeap } from './request/measure-heap.ts'
import { openBackends } from './request/open-backends.ts'
import { profileRoute } from './request/profile-route.ts'
import { POSTGRES_ROUTE, type Route, ROUTES, SQLITE_ROUTE } from './request/routes.ts'
import { BARE, COMPARED, SERVICEX, type Variant, VARIANTS } from './request/variants.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    route: { type: 'string', multiple: true },
    variant: { type: 'string', multiple: true },
    rounds: { type: 'string' },
    profile: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '10' },
  },
})

const FULL: Plan = { rounds: 11, warmUpRequests: 10_000, roundSeconds: 0.4, fixedRateSeconds: 0.8 }
const QUICK: Plan = { rounds: 3, warmUpRequests: 800, roundSeconds: 0.3, fixedRateSeconds: 0.4 }

const chosen = values.quick ? QUICK : FULL
const plan: Plan = { ...chosen, rounds: Number(values.rounds ?? chosen.rounds) }
const backends = await openBackends()

try {
  if (values.long) console.log(await measureHeap(Number(values.minutes), backends.env))
  else if (values.profile) await profileRoutes()
  else await measureRoutes()
} finally {
  await backends.close()
}

async function measureRoutes(): Promise<void> {
  console.log(`# A request\n\n${describeRun(plan.rounds)}`)
  for (const route of routes()) {
    const variants = variantsOf(route.isMain ? VARIANTS : COMPARED, BARE)
    const result = await measureRoute(route, variants, backends.env, plan)
    console.log(describeRoute(result))
    for (const { verdict } of result.results) complain(verdict)
  }
}

/** Fails the run, at its end: the other figures are worth having. */
function complain({ complaint }: Verdict): void {
  if (complaint === undefined) return
  console.error(complaint)
  process.exitCode = 1
}

async function profileRoutes(): Promise<void> {
  for (const route of routes(['hello']))
    for (const variant of variantsOf([SERVICEX.full], []))
      console.log(await profileRoute(variant, route, backends.env))
}

function routes(defaults?: readonly string[]): readonly Route[] {
  const missing = findBinary('postgres') === undefined ? POSTGRES_ROUTE : SQLITE_ROUTE
  const wanted = values.route ?? defaults
  return ROUTES.filter((route) =>
    wanted === undefined ? route !== missing : wanted.includes(route.name),
  )
}

/** Those asked for, by a part of their title. */
function variantsOf(defaults: readonly Variant[], always: readonly Variant[]): readonly Variant[] {
  const wanted = values.variant
  if (wanted === undefined) return defaults
  return VARIANTS.filter(
    (variant) => always.includes(variant) || wanted.some((part) => variant.title.includes(part)),
  )
}
