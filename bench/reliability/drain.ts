import { openBalancer } from '../../test/lifecycle/balancer.ts'
import { freshClients, keepAliveClients, startLoad } from '../../test/lifecycle/load.ts'
import type { FamilyReport, RunOptions } from './report.ts'
import { endApp, openServer, type ServingApp } from './start-app.ts'
import { type Variant, VARIANTS } from './variants.ts'

const PROPAGATION_SECONDS = 0.6
const BALANCER = { pollMs: 50, lagMs: 200 }
/** 20 clients that ask every 40 ms: 500 requests a second. */
const CLIENTS = { kept: 18, fresh: 2, pauseMs: 40 }
const ROLLOUTS = { long: { servicex: 100, 'by hand': 10 }, short: { servicex: 3, 'by hand': 2 } }

interface Drained {
  rollouts: number
  requests: number
  readonly failures: string[]
  slowestExitMs: number
}

/** Replaces two processes by two others, again and again, under load. */
export async function runDrain(options: RunOptions): Promise<FamilyReport> {
  const results = new Map<string, Drained>()
  for (const variant of VARIANTS) results.set(variant.title, await roll(variant, options))
  const rows = [...results].map(([what, result]) => ({
    what,
    cells: {
      rollouts: result.rollouts,
      requests: result.requests,
      failed: result.failures.length,
      'of them': toCounts(result.failures),
      'slowest exit, ms': Math.round(result.slowestExitMs),
    },
  }))
  const own = results.get('servicex')
  return {
    title: 'Drain: rolling replacements under load',
    how: `Two processes behind a balancer of connections are replaced, one after the other, while 18 keep-alive clients and 2 that connect anew ask 500 times a second. The balancer polls \`/readyz\` every ${BALANCER.pollMs} ms and goes on sending for ${BALANCER.lagMs} ms; servicex serves on for ${PROPAGATION_SECONDS} s (5 s in a cluster). A request fails when it has no whole answer of status 200.`,
    rows,
    targets: [
      {
        what: `0 failed requests in ${own?.rollouts} rolling replacements`,
        isMet: own?.failures.length === 0,
      },
    ],
  }
}

async function roll(variant: Variant, { short, tell }: RunOptions): Promise<Drained> {
  const counts: Readonly<Record<string, number>> = short ? ROLLOUTS.short : ROLLOUTS.long
  const rollouts = counts[variant.title] ?? 1
  const result: Drained = { rollouts, requests: 0, failures: [], slowestExitMs: 0 }
  const balancer = await openBalancer(BALANCER)
  const start = async (): Promise<ServingApp> => {
    const app = await openServer(variant, {
      env: { SERVICEX_PROPAGATION_DELAY: String(PROPAGATION_SECONDS) },
    })
    await balancer.add(app)
    return app
  }
  let serving = await Promise.all([start(), start()])
  const load = startLoad(
    [
      ...keepAliveClients(balancer.port, CLIENTS.kept),
      ...freshClients(balancer.port, CLIENTS.fresh),
    ],
    CLIENTS.pauseMs,
  )
  for (let rollout = 0; rollout < rollouts; rollout += 1) {
    const next = await Promise.all([start(), start()])
    for (const old of serving) {
      const { tookMs } = await endApp(old, 'SIGTERM')
      balancer.remove(old)
      result.slowestExitMs = Math.max(result.slowestExitMs, tookMs)
    }
    serving = next
    if (rollout % 10 === 9) tell(`drain, ${variant.title}: ${rollout + 1} of ${rollouts}`)
  }
  await load.stop()
  await Promise.all(serving.map((app) => endApp(app, 'SIGKILL')))
  await balancer.close()
  return { ...result, requests: load.answers + load.failures.length, failures: [...load.failures] }
}

/** `ECONNRESET 12, ECONNREFUSED 3`. */
function toCounts(reasons: readonly string[]): string {
  const groups = [...Map.groupBy(reasons, (reason) => reason)]
  return groups.map(([reason, { length }]) => `${reason} ${length}`).join(', ') || '–'
}
