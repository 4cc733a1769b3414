import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Api, openApi } from './api.ts'
import { type App, openApp } from './app.ts'
import { applyByHand, noKubectl } from './by-hand.ts'
import { type Load, type LoadOptions, type LoadResult, startLoad } from './load.ts'
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
  let undrained: Promise<Deployed>

  test('each is built, pushed and deployed, and one calls the other by its generated client', async () => {
    if (place === undefined) return
    billing = await deployNew(place, { example: 'billing', packages: ['fastify'] })
    undrained = deployNew(place, {
      example: 'billing',
      name: 'undrained',
      packages: ['fastify'],
      before: UNDRAINED,
    })
    applyByHand(place, 'users')
    users = await deployNew(place, { example: 'users' })
    const { status, body } = await api.get('users', '/users/1')
    expect({ status, body }).toEqual({ status: 200, body: expect.stringContaining('invoice') })
  })

  test.skipIf(noKubectl !== undefined)(
    `a deploy over objects of \`kubectl apply\` leaves none of their fields behind${noKubectl === undefined ? '' : ` (skipped: ${noKubectl})`}`,
    async () => {
      const path = '/api/v1/namespaces/users/services/web'
      const { metadata, spec } = await api.client.json<Adopted>({ method: 'GET', path })
      const marks = Object.keys(metadata.annotations ?? {})
      expect(marks.filter((name) => /^team$|last-applied/.test(name))).toEqual([])
      expect(spec).toMatchObject({
        sessionAffinity: 'None',
        ports: [expect.objectContaining({ name: 'http', port: 80 })],
      })
      expect(spec.ports).toHaveLength(1)
      expect(Object.keys(spec.selector)).not.toContain('app')
    },
  )

  /** Asks the app in every way while `rolls` go on; gives what was lost. */
  async function underTraffic(urls: Urls, rolls: () => Promise<void>): Promise<Results> {
    const loads: [string, Load][] = []
    for (const [name, asked] of Object.entries(urls)) {
      const load = await startLoad(api, { workers: 3, ...asked, name, image: users.image })
      loads.push([name, load])
    }
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
    const { app } = await undrained
    app.commit({ NOTE: 'another revision' })
    await app.build()
    const urls: Urls = {
      fresh: { url: 'http://web.undrained/invoices/1001', kind: 'fresh', workers: 10 },
      kept: { url: 'http://web.undrained/invoices/1001', kind: 'keep-alive', workers: 10 },
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

interface Adopted {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> }
  readonly spec: {
    readonly sessionAffinity: string
    readonly ports: readonly object[]
    readonly selector: Readonly<Record<string, string>>
  }
}

type Urls = Readonly<
  Record<string, Pick<LoadOptions, 'url' | 'kind'> & Partial<Pick<LoadOptions, 'workers'>>>
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
