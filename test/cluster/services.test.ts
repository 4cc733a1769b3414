import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Api, openApi } from './api.ts'
import { type App, openApp } from './app.ts'
import { type Load, type LoadResult, startLoad } from './load.ts'
import type { Place } from './place.ts'

const place = inject('place')
const note = place === undefined ? ` (skipped: ${inject('noPlace') ?? ''})` : ''

/** How many rolling updates traffic goes through. */
const ROLLOUTS = Number(process.env['KUBE_TEST_ROLLOUTS'] ?? 10)
const ROLLOUT_MS = 60_000

/** What would be lost without the drain: it ends at once. */
const UNDRAINED = "process.prependListener('SIGTERM', () => process.exit(0))\n"

describe.skipIf(place === undefined)(`services on a real cluster${note}`, () => {
  let api: Api
  const apps: App[] = []

  beforeAll(async () => {
    api = await openApi(place ?? ({} as Place))
    await api.remove('billing', 'users', 'undrained', 'load')
  })
  afterAll(async () => {
    if (place?.isThrowaway === false) await api.remove('billing', 'users', 'undrained', 'load')
    api.client.close()
    for (const app of apps) app.close()
  })

  /** Makes an app of an example, and deploys it. */
  async function deployNew(...call: Parameters<typeof openApp>): Promise<Deployed> {
    const app = openApp(...call)
    apps.push(app)
    const image = await app.build()
    await deploy(app, 'HEAD')
    return { app, image }
  }

  let billing: Deployed
  let users: Deployed

  test('each is built, pushed and deployed, and one calls the other by its generated client', async () => {
    if (place === undefined) return
    billing = await deployNew(place, { example: 'billing', packages: ['fastify'] })
    users = await deployNew(place, { example: 'users' })
    const { status, body } = await api.get('users', '/users/1')
    expect({ status, body }).toEqual({ status: 200, body: expect.stringContaining('invoice') })
  })

  /** Asks the app in every way while `rolls` go on; gives what was lost. */
  async function underTraffic(urls: Urls, rolls: () => Promise<void>): Promise<Results> {
    const loads: [string, Load][] = []
    for (const [name, { url, kind }] of Object.entries(urls))
      loads.push([name, await startLoad(api, { name, url, kind, image: users.image })])
    await rolls()
    const results = loads.map(async ([name, load]) => [name, await load.stop()] as const)
    return Object.fromEntries(await Promise.all(results))
  }

  test(
    `${ROLLOUTS} rolling updates under steady traffic lose no request: of fresh connections, of kept ones, nor of a generated client`,
    async () => {
      const { app } = billing
      const first = app.revision()
      const revisions = [app.commit({ NOTE: 'another revision' }), first]
      await app.build()
      const urls: Urls = {
        fresh: { url: 'http://web.billing/invoices/1001', kind: 'fresh' },
        kept: { url: 'http://web.billing/invoices/1001', kind: 'keep-alive' },
        generated: { url: 'http://web.users/users/1', kind: 'keep-alive' },
      }
      const results = await underTraffic(urls, async () => {
        for (let roll = 0; roll < ROLLOUTS; roll += 1) await rollTo(app, revisions[roll % 2] ?? '')
      })
      process.stdout.write(`${ROLLOUTS} rollouts: ${JSON.stringify(results)}\n`)
      expect(lostOf(results)).toEqual({ fresh: {}, kept: {}, generated: {} })
    },
    60_000 + ROLLOUTS * ROLLOUT_MS,
  )

  test('a service that does not drain loses some: the traffic can tell', async () => {
    if (place === undefined) return
    const { app } = await deployNew(place, {
      example: 'billing',
      name: 'undrained',
      packages: ['fastify'],
      before: UNDRAINED,
    })
    app.commit({ NOTE: 'another revision' })
    await app.build()
    const urls: Urls = {
      fresh: { url: 'http://web.undrained/invoices/1001', kind: 'fresh' },
      kept: { url: 'http://web.undrained/invoices/1001', kind: 'keep-alive' },
    }
    const results = await underTraffic(urls, () => rollTo(app, 'HEAD'))
    process.stdout.write(`without a drain: ${JSON.stringify(results)}\n`)
    expect(Object.values(lostOf(results)).flatMap(Object.keys)).not.toEqual([])
  })
})

interface Deployed {
  readonly app: App
  /** What runs, by digest. */
  readonly image: string
}

type Urls = Readonly<
  Record<string, { readonly url: string; readonly kind: 'fresh' | 'keep-alive' }>
>
type Results = Readonly<Record<string, LoadResult>>

async function deploy(app: App, revision: string): Promise<void> {
  const { exitCode, stderr } = await app.kube('prod', 'deploy', revision)
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
}

/** The guard would watch the new pods for a minute more, each time. */
async function rollTo(app: App, revision: string): Promise<void> {
  const { exitCode, stderr } = await app.kube('prod', 'deploy', revision, '--no-guard')
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
}

function lostOf(results: Results): Record<string, LoadResult['failed']> {
  return Object.fromEntries(Object.entries(results).map(([name, { failed }]) => [name, failed]))
}
