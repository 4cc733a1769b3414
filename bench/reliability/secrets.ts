import { request } from 'node:http'
import { openCollector, openSentryIngest } from 'servicex/testing'
import type { FamilyReport, RunOptions } from './report.ts'
import { endApp, openServer } from './start-app.ts'
import { type Variant, VARIANTS } from './variants.ts'

/** Looks like nothing else, and stands in no source file as it is sent. */
const SENTINEL = ['hunter2', 'a1b2', 'c3d4'].join('Z')

/** Sends a secret in every place a secret has been seen to leak from, and counts it in all that comes out. */
export async function runSecrets({ tell }: RunOptions): Promise<FamilyReport> {
  const results = new Map<string, Readonly<Record<string, number>>>()
  for (const variant of VARIANTS) {
    results.set(variant.title, await leak(variant))
    tell(`secrets, ${variant.title}`)
  }
  const own = Object.values(results.get('servicex') ?? {}).reduce((sum, found) => sum + found, 0)
  return {
    title: 'Secrets: sentinels in everything that comes out',
    how: 'A secret goes in as query parameter, as header (Authorization, Cookie, x-api-key), as field of a line at three depths, in a logged header, in a message, and in the message of an error that is logged and reported. It is counted in lines, spans, error events and metrics, plain, percent-encoded and in base64.',
    rows: [...results].map(([what, cells]) => ({ what, cells })),
    targets: [{ what: '0 sentinels', isMet: own === 0 }],
  }
}

async function leak(variant: Variant): Promise<Readonly<Record<string, number>>> {
  const [collector, sentry] = await Promise.all([openCollector(), openSentryIngest()])
  const app = await openServer(variant, {
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '50',
      SENTRY_DSN: sentry.dsn,
    },
  })
  await ask(app.port)
  await Promise.all([sentry.waitFor(1), collector.waitFor(({ kind }) => kind === 'server')])
  const page = await (await fetch(`${app.adminUrl}/metrics`)).text()
  await endApp(app, 'SIGTERM')
  const spans = JSON.stringify(collector.spans, (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  )
  const found = {
    lines: count(app.output()),
    spans: count(spans),
    'error events': count(JSON.stringify(sentry.events)),
    metrics: count(page),
  }
  await Promise.all([collector.close(), sentry.close()])
  return found
}

function ask(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request({
      port,
      host: '127.0.0.1',
      path: `/secrets?token=${SENTINEL}&api_key=${SENTINEL}`,
      headers: {
        'x-sentinel': SENTINEL,
        authorization: `Bearer ${SENTINEL}`,
        cookie: `sid=${SENTINEL}`,
        'x-api-key': SENTINEL,
      },
    })
    sent.on('response', (response) => response.resume().on('end', resolve))
    sent.on('error', reject).end()
  })
}

function count(text: string): number {
  const forms = [SENTINEL, Buffer.from(SENTINEL).toString('base64').replaceAll('=', '')]
  return forms.reduce((sum, form) => sum + text.split(form).length - 1, 0)
}
