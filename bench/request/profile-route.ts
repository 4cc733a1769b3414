import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { GATEWAY_HEADERS } from '../load/gateway-headers.ts'
import { runLoad } from '../load/keep-alive-load.ts'
import { toFixed, toTable } from '../measure/report.ts'
import type { Route } from './routes.ts'
import { type CpuProfile, type SelfTime, toSelfTimes } from './self-times.ts'
import { openSubject } from './subject.ts'
import type { Variant } from './variants.ts'

const RESULTS = join(import.meta.dirname, '../results')
const CONNECTIONS = 10
const WARM_UP_REQUESTS = 10_000
const REQUESTS = 30_000
const ROWS = 30

/**
 * Profiles a variant under load, writes the .cpuprofile (for the browser's or the editor's viewer), and gives
 * a table of the functions that took most time themselves.
 */
export async function profileRoute(
  variant: Variant,
  route: Route,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const subject = await openSubject(variant, route, { env })
  const { program, port } = subject
  try {
    const load = { port, path: route.path, headers: GATEWAY_HEADERS, connections: CONNECTIONS }
    await runLoad({ ...load, requests: WARM_UP_REQUESTS })
    await program.ask('beginProfile')
    await runLoad({ ...load, requests: REQUESTS })
    const json = await program.ask<string>('endProfile')
    const file = join(RESULTS, `${route.name}-${variant.title.replaceAll(/\W+/g, '-')}.cpuprofile`)
    mkdirSync(RESULTS, { recursive: true })
    writeFileSync(file, json)
    return `\n## ${variant.title}, ${route.title}: ${relative('', file)}\n\n${describe(JSON.parse(json) as CpuProfile)}`
  } finally {
    await subject.close()
  }
}

function describe(profile: CpuProfile): string {
  const times = toSelfTimes(profile).toSorted((a, b) => b.micros - a.micros)
  const busy = times.reduce((sum, { micros }) => sum + micros, 0)
  const share = ({ micros }: SelfTime): string => `${toFixed((micros / busy) * 100, 1)} %`
  const perRequest = ({ micros }: SelfTime): string => toFixed(micros / REQUESTS, 2)
  const columns = (head: string): Parameters<typeof toTable<SelfTime>>[0] => [
    { head, toCell: ({ place }) => place },
    { head: 'µs a request', toCell: perRequest },
    { head: 'share', toCell: share },
  ]
  const owners = Map.groupBy(times, ({ owner }) => owner)
  const byOwner = [...owners].map(([place, rows]) => ({
    place,
    owner: place,
    micros: rows.reduce((sum, { micros }) => sum + micros, 0),
  }))
  return [
    toTable(
      columns('code of'),
      byOwner.toSorted((a, b) => b.micros - a.micros),
    ),
    '',
    toTable(columns('function'), times.slice(0, ROWS)),
  ].join('\n')
}
