import { connect } from 'node:net'
import type { FamilyReport, RunOptions } from './report.ts'
import { endApp, openServer } from './start-app.ts'
import { type Variant, VARIANTS } from './variants.ts'

const PATHS = { long: 100_000, short: 5000 }
const CONNECTIONS = 4
/** Requests sent at a time over one connection. */
const PIPELINED = 50

interface Counted {
  readonly series: number
  readonly grownMb: number
  readonly scrapeMs: number
  readonly pageKb: number
}

/** Asks for paths that nobody serves, each another one, and reads what that leaves on `/metrics`. */
export async function runCardinality(options: RunOptions): Promise<FamilyReport> {
  const paths = options.short ? PATHS.short : PATHS.long
  const results = new Map<string, Counted>()
  for (const variant of VARIANTS) {
    results.set(variant.title, await count(variant, paths))
    options.tell(`cardinality, ${variant.title}`)
  }
  const rows = [...results].map(([what, { series, grownMb, scrapeMs, pageKb }]) => ({
    what,
    cells: {
      'series of inbound requests': series,
      'RSS grown, MB': Math.round(grownMb),
      'page, kB': Math.round(pageKb),
      'scrape, ms': Math.round(scrapeMs),
    },
  }))
  const own = results.get('servicex')
  return {
    title: 'Cardinality: a scanner',
    how: `${paths.toLocaleString('en')} requests for paths that nobody serves, each another one, after twice as many for one path; lines go to /dev/null. By hand the label is the route where there is one and the path where there is none, as in most examples.`,
    rows,
    targets: [
      { what: 'at most 50 series', isMet: (own?.series ?? 0) <= 50 },
      { what: 'RSS grows by less than 20 MB', isMet: (own?.grownMb ?? 0) < 20 },
      { what: 'a scrape takes less than 50 ms', isMet: (own?.scrapeMs ?? 0) < 50 },
    ],
  }
}

async function count(variant: Variant, paths: number): Promise<Counted> {
  const { openSync, closeSync } = await import('node:fs')
  const nowhere = openSync('/dev/null', 'w')
  const app = await openServer(variant, { stdout: nowhere })
  closeSync(nowhere)
  // V8 has doubled its young generation for the last time (by 34 MB) after about 150,000 requests, whatever they are for.
  await askFor(app.port, paths * 2, () => '/nowhere')
  const beforeMb = app.rssMb()
  let asked = 0
  await askFor(app.port, paths, () => `/scan-${(asked += 1)}`)
  const grownMb = app.rssMb() - beforeMb
  await (await fetch(`${app.adminUrl}/livez`)).text()
  const startedAt = performance.now()
  const page = await (await fetch(`${app.adminUrl}/metrics`)).text()
  const scrapeMs = performance.now() - startedAt
  await endApp(app, 'SIGKILL')
  return {
    series: page.match(/^http_server_request_duration_seconds_count/gm)?.length ?? 0,
    grownMb,
    scrapeMs,
    pageKb: page.length / 1024,
  }
}

async function askFor(port: number, requests: number, nextPath: () => string): Promise<void> {
  const share = Math.ceil(requests / CONNECTIONS)
  await Promise.all(Array.from({ length: CONNECTIONS }, () => askOver(port, share, nextPath)))
}

/** Sends requests over one connection, a bundle at a time. */
function askOver(port: number, requests: number, nextPath: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let left = requests
    let awaited = 0
    const send = (): void => {
      if (left <= 0) {
        socket.end()
        resolve()
        return
      }
      awaited = Math.min(PIPELINED, left)
      left -= awaited
      const bundle = Array.from(
        { length: awaited },
        () => `GET ${nextPath()} HTTP/1.1\r\nHost: a\r\n\r\n`,
      )
      socket.write(bundle.join(''))
    }
    socket.setEncoding('latin1').on('data', (part: string) => {
      awaited -= part.split('HTTP/1.1 ').length - 1
      if (awaited <= 0) send()
    })
    socket.on('error', reject).on('connect', send)
  })
}
