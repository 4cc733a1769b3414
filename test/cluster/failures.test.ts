import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Api, openApi } from './api.ts'
import { type App, type KubeRun, openApp } from './app.ts'
import { type Failure, QUICK, SLOW } from './failures.ts'
import type { Place } from './place.ts'

const place: Place | undefined = inject('place')
const note = place === undefined ? ` (skipped: ${inject('noPlace') ?? ''})` : ''

/** By app: each goes through its failures one after the other, beside the other apps. */
const CHAINS: Readonly<Record<string, readonly Failure[]>> = {
  failing: QUICK,
  ...Object.fromEntries(SLOW.map((failure, index) => [`failing-slowly-${index}`, [failure]])),
}

/** An app that serves, with the revision that does. */
interface Serving {
  readonly app: App
  readonly revision: string
}

describe.skipIf(place === undefined)(`what cannot serve on a real cluster${note}`, () => {
  let api: Api
  const apps: App[] = []
  const serving = new Map<string, Promise<Serving>>()
  const ends = new Map<Failure, Promise<void>>()

  beforeAll(async () => {
    if (place === undefined) return
    api = await openApi(place)
    await api.remove(...Object.keys(CHAINS))
    for (const [name, failures] of Object.entries(CHAINS)) startChain(place, name, failures)
  })
  afterAll(async () => {
    await Promise.allSettled(ends.values())
    if (place?.isThrowaway === false) await api.remove(...Object.keys(CHAINS))
    api.client.close()
    for (const app of apps) app.close()
  })

  function startChain(at: Place, name: string, failures: readonly Failure[]): void {
    const good = openServing(at, name)
    serving.set(name, good)
    let before: Promise<unknown> = good
    for (const failure of failures) {
      const end = before.then(async () => fails(await good, failure, at))
      ends.set(failure, end)
      // Its own test tells of it; the next one is tried all the same.
      before = end.catch(() => undefined)
    }
  }

  async function openServing(at: Place, name: string): Promise<Serving> {
    const app = openApp(at, { example: 'billing', name, packages: ['fastify'] })
    apps.push(app)
    await app.build()
    const { exitCode, stderr } = await app.kube('prod', 'deploy')
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
    return { app, revision: app.revision() }
  }

  /** Deploys a failure over what serves: it is told, rolled back, and what served before serves again. */
  async function fails({ app, revision }: Serving, failure: Failure, at: Place): Promise<void> {
    const declaration = app.read('service.ts')
    app.commit(failure.files({ name: app.name, registry: at.registry, declaration }))
    try {
      await app.build()
      const run = await app.kube('prod', 'deploy', '--json')
      const { exitCode, stderr } = run
      const seconds = toVerdictSeconds(run)
      process.stdout.write(`${failure.code} after ${seconds.toFixed(1)} s\n${stderr}\n`)
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 4 })
      expect(stderr).toContain(`  ${failure.code}  `)
      expect(stderr).toMatch(failure.says)
      expect(stderr).toContain(`the revision ${revision.slice(0, 12)} was restored and serves`)
      expect(seconds).toBeLessThan(failure.withinSeconds)
      await serves({ app, revision })
    } finally {
      app.reset(revision)
    }
  }

  async function serves({ app, revision }: Serving): Promise<void> {
    expect(await api.get(app.name, '/invoices/1001')).toMatchObject({ status: 200 })
    const { stdout } = await app.kube('prod', 'status')
    expect(stdout).toContain(revision.slice(0, 12))
  }

  test.for(QUICK)('$what is $code, told within seconds, and rolled back', (failure) =>
    ends.get(failure),
  )

  test('an image that is not in the registry is refused before anything rolls', async () => {
    const good = await serving.get('failing')
    if (good === undefined || place === undefined) expect.fail()
    const image = `${place.registry}/apps/failing@sha256:${'ab'.repeat(32)}`
    const { exitCode, stderr } = await good.app.kube('prod', 'deploy', '--image', image)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 3 })
    expect(stderr).toContain('IMAGE_NOT_FOUND')
    await serves(good)
  })

  test('a variable that no Secret has is refused before anything rolls', async () => {
    const good = await serving.get('failing')
    if (good === undefined) expect.fail()
    const declared = good.app.read('service.ts')
    good.app.commit({
      'service.ts': declared.replace('env: z.object({', 'env: z.object({ DATABASE_URL: z.url(),'),
    })
    await good.app.build()
    const { exitCode, stderr } = await good.app.kube('prod', 'deploy')
    good.app.reset(good.revision)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 3 })
    expect(stderr).toContain('CONFIG_MISSING  DATABASE_URL is not set')
    await serves(good)
  })

  test.for(SLOW)('$what is $code once that has lasted, and rolled back', (failure) =>
    ends.get(failure),
  )
})

/** How long after the rollout began it was certain, seconds. */
function toVerdictSeconds({ lines }: KubeRun): number {
  const events = lines.map(({ text, atSeconds }) => ({
    ...(JSON.parse(text) as { readonly type: string; readonly title?: string }),
    atSeconds,
  }))
  const began = events.find(({ title }) => title === 'Watch')?.atSeconds ?? Number.NaN
  return (events.find(({ type }) => type === 'finding')?.atSeconds ?? Number.NaN) - began
}
