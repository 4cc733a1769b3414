/**
 * `npm run bench:dev`: what `kube dev` costs with full rings and a page that looks on: its memory, its
 * CPU while telemetry arrives, and how soon the page shows the newest traces. The figures of the page
 * need Debian's chromium; without it they are left out.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { fillRings } from './dev/fill-rings.ts'
import { measureIngest } from './dev/measure-ingest.ts'
import { CHROMIUM, openWatchingPage } from './dev/measure-page.ts'
import { startReceiver } from './dev/start-receiver.ts'
import { describeRun } from './measure/report.ts'
import { median } from './measure/statistics.ts'

const PAGE = join(import.meta.dirname, '../dist/tool/dashboard.html')
const PAINTS = 7

const receiver = await startReceiver()
try {
  const rows: (readonly [what: string, measured: string, budget: string])[] = []
  const pageBytes = gzipSync(readFileSync(PAGE), { level: 9 }).byteLength
  rows.push(['the page, gzipped', `${(pageBytes / 1000).toFixed(1)} kB`, '60 kB'])
  rows.push(['RSS at the start', toMb(receiver.rssBytes()), ''])
  const filled = await fillRings(receiver)
  rows.push([`RSS with full rings: ${filled}`, toMb(receiver.rssBytes()), '120 MB'])
  const hasBrowser = existsSync(CHROMIUM)
  const page = hasBrowser ? await openWatchingPage(receiver.url) : undefined
  if (page !== undefined) {
    const paints: number[] = []
    for (let round = 0; round < PAINTS; round += 1) paints.push(await page.measureFirstPaint())
    const shown = `${median(paints).toFixed(0)} ms, ${Math.min(...paints).toFixed(0)} ms`
    const what = 'first paint of the newest 100 of 10 000 traces: median, fastest'
    rows.push([what, shown, '200 ms'])
  }
  const { cpuPart, p95Ms, sent, kept } = await measureIngest(receiver)
  const onlooker = hasBrowser ? 'with a page that looks on' : 'no page looks on'
  rows.push([
    `2 000 spans a second for 10 s, ${onlooker}: CPU of one core`,
    `${(cpuPart * 100).toFixed(0)} %`,
    '100 %',
  ])
  rows.push(['the same: 95 of 100 deliveries answered within', `${p95Ms.toFixed(1)} ms`, ''])
  rows.push(['the same: spans sent, spans taken', `${sent}, ${kept}`, 'equal'])
  rows.push(['RSS after that', toMb(receiver.rssBytes()), '120 MB'])
  await page?.close()
  console.log(
    [
      `# kube dev\n\n${describeRun(1)}\n`,
      '| what | measured | budget |',
      '|---|---:|---:|',
      ...rows.map((row) => `| ${row.join(' | ')} |`),
    ].join('\n'),
  )
} finally {
  await receiver.stop()
}

function toMb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`
}
