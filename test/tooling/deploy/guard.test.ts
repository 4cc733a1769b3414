import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { GUARD_DEFAULTS, type GuardLimits } from '../../../tooling/parse/guard-settings.ts'
import { openImageRepository } from './image-repository.ts'
import { type Deployed, openStage, type Stage, toImage } from './stage.ts'

const GOOD = toImage('600d')
const NEXT = toImage('2')
const NAME = 'http_server_request_duration_seconds'

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

interface Traffic {
  /** Between two looks, of each pod. */
  readonly requests: number
  readonly errors?: number
  readonly seconds?: number
  /** The process is started again at this look: its counters begin anew. */
  readonly restartsAt?: number
}

/** Plays `/metrics` of pods that get requests. */
function traffic({ requests, errors = 0, seconds = 0.04, restartsAt }: Traffic): () => string {
  let look = 0
  return () => {
    look += 1
    if (look === restartsAt) look = 1
    const [all, failed] = [look * requests, look * errors]
    const line = (suffix: string, labels: string, value: number): string =>
      `${NAME}${suffix}{http_response_status_code=${labels}} ${value}\n`
    const buckets = [0.05, 0.5, '+Inf'].map((bound) =>
      line('_bucket', `"200",le="${bound}"`, Number(bound) < seconds ? 0 : all),
    )
    return `# TYPE ${NAME} histogram\n${buckets.join('')}${line('_count', '"200"', all - failed)}${line('_count', '"500"', failed)}`
  }
}

/** Deploys an image that serves, then another one over it, under the guard. */
async function replace(
  before: (() => string) | undefined,
  after: (() => string) | undefined,
  { guard }: { readonly guard: GuardLimits | undefined } = { guard: GUARD_DEFAULTS },
): Promise<Deployed> {
  const { scripts } = stage.api.rollouts
  scripts.set(GOOD, {
    isReady: (look) => look > 1,
    ...(before === undefined ? {} : { metrics: before }),
  })
  await stage.deploy(GOOD)
  scripts.set(NEXT, {
    isReady: (look) => look > 15,
    ...(after === undefined ? {} : { metrics: after }),
  })
  return stage.deploy(NEXT, { options: { guard } })
}

function guardEvents({ events }: Deployed): readonly object[] {
  return events.filter(({ type }) => type === 'guard')
}

test('new pods that serve as those before are kept, and the numbers are told', async () => {
  const deployed = await replace(traffic({ requests: 40 }), traffic({ requests: 30 }))
  expect(deployed.exitCode).toBe(0)
  await expect(deployed.transcript).toMatchFileSnapshot('golden/guard_passed.txt')
  expect(guardEvents(deployed)).toEqual([
    expect.objectContaining({ deployment: 'web', verdict: 'passed' }),
  ])
})

test('new pods that fail more are rolled back, with the numbers, and exit 4', async () => {
  const deployed = await replace(traffic({ requests: 40 }), traffic({ requests: 30, errors: 6 }))
  await expect(deployed.transcript).toMatchFileSnapshot('golden/regression.txt')
  expect(deployed.exitCode).toBe(4)
  expect(guardEvents(deployed)).toEqual([
    {
      type: 'guard',
      deployment: 'web',
      verdict: 'regressed',
      reason: '20.0 % of requests to the new pods failed, before it was 0.0 %',
      before: { requests: 400, errorRatio: 0, p95Seconds: 0.0475 },
      after: { requests: 90, errorRatio: 0.2, p95Seconds: 0.0475 },
    },
  ])
  const web = stage.api.store.read('/apis/apps/v1/namespaces/users/deployments/web')
  expect(JSON.stringify(web)).toContain(GOOD)
})

test('new pods that are slower are rolled back', async () => {
  const deployed = await replace(traffic({ requests: 40 }), traffic({ requests: 40, seconds: 0.4 }))
  expect(deployed.exitCode).toBe(4)
  expect(deployed.transcript).toContain('REGRESSION  Deployment web: p95 of the new pods is')
})

test('a breach is told as soon as it is one, not at the end of the window', async () => {
  const [quick, whole] = [
    await replace(traffic({ requests: 40 }), traffic({ requests: 60, errors: 60 })),
    GUARD_DEFAULTS.windowSeconds,
  ]
  expect(quick.exitCode).toBe(4)
  expect(quick.seconds).toBeLessThan(30 + whole)
})

describe('is not judged', () => {
  test.for([
    {
      name: 'with too few requests to the pods before',
      before: traffic({ requests: 1 }),
      after: traffic({ requests: 90, errors: 90 }),
      reason: /^\d+ requests? to the pods before, at least 50 are compared$/,
    },
    {
      name: 'with too few requests to the new pods',
      before: traffic({ requests: 90 }),
      after: traffic({ requests: 1, errors: 1 }),
      reason: /^\d+ requests? to the new pods, at least 50 are compared$/,
    },
    {
      name: 'without the metric',
      before: () => 'up 1\n',
      after: traffic({ requests: 90 }),
      reason: /^\/metrics says nothing of HTTP requests \(the pods before\)$/,
    },
    {
      name: 'when the new pods say nothing',
      before: traffic({ requests: 90 }),
      after: () => 'up 1\n',
      reason: /^\/metrics says nothing of HTTP requests \(the new pods\)$/,
    },
    {
      name: 'when the page is too long',
      before: traffic({ requests: 90 }),
      after: () => '#'.repeat(5 * 1024 * 1024),
      reason: /^\/metrics is longer than 4194304 bytes \(the new pods\)$/,
    },
  ])('$name, and that is no failure', async ({ after, before, reason }) => {
    const deployed = await replace(before, after)
    expect(deployed.exitCode).toBe(0)
    expect(guardEvents(deployed)).toEqual([
      {
        type: 'guard',
        deployment: 'web',
        verdict: 'not-judged',
        reason: expect.stringMatching(reason) as string,
      },
    ])
  })

  test('without the right to read pods, which costs no time', async () => {
    stage.api.fault = ({ path }) =>
      path.includes('/proxy/') ? { kind: 'status', status: 403 } : undefined
    const deployed = await replace(traffic({ requests: 90 }), traffic({ requests: 90 }))
    expect(deployed.exitCode).toBe(0)
    expect(deployed.transcript).toContain(
      'guard: web is not judged: the account may not read pods through the API server (get pods/proxy)\n',
    )
    expect(deployed.seconds).toBeLessThan(35)
  })

  test('at the first deploy, and when no pod is replaced', async () => {
    const options = { guard: GUARD_DEFAULTS }
    const first = await stage.deploy(GOOD, { options })
    expect(first.transcript).toContain(
      'guard: web is not judged: nothing served before that is replaced\n',
    )
    const again = await stage.deploy(GOOD, { options })
    expect(again).toMatchObject({ exitCode: 0 })
    expect(again.seconds).toBeLessThan(10)
  })
})

test('a pod whose process was started again is counted on, and one that is gone stays counted', async () => {
  let looks = 0
  stage.api.fault = ({ path }) => {
    looks += path.endsWith('/web-2-x:9464/proxy/metrics') ? 1 : 0
    if (looks === 3) stage.api.store.objects.delete('/api/v1/namespaces/users/pods/web-1-x')
    return undefined
  }
  const deployed = await replace(
    traffic({ requests: 40, restartsAt: 3 }),
    traffic({ requests: 30, restartsAt: 4 }),
  )
  expect(deployed.exitCode).toBe(0)
  expect(guardEvents(deployed)).toEqual([expect.objectContaining({ verdict: 'passed' })])
  const proxied = stage.api.calls.filter(({ path }) => path.includes('web-1-x:9464/proxy'))
  expect(proxied.length).toBeGreaterThan(2)
})

test('pods that cannot be read for a while are read again', async () => {
  let reads = 0
  stage.api.fault = ({ path }) => {
    if (!path.includes('web-2-x:9464/proxy')) return undefined
    reads += 1
    if (reads === 1) return { kind: 'reset' }
    return reads === 2 ? { kind: 'status', status: 503 } : undefined
  }
  const deployed = await replace(traffic({ requests: 40 }), traffic({ requests: 30 }))
  expect(guardEvents(deployed)).toEqual([expect.objectContaining({ verdict: 'passed' })])
})

test('pods that nobody can read are asked three times, and the deploy does not wait for them', async () => {
  stage.api.fault = ({ path }) => (path.includes('/proxy/') ? { kind: 'reset' } : undefined)
  const deployed = await replace(traffic({ requests: 40 }), traffic({ requests: 30 }))
  expect(deployed.exitCode).toBe(0)
  expect(deployed.transcript).toMatch(
    /guard: web is not judged: \/metrics cannot be read: .* \(the pods before\)\n/,
  )
  expect(deployed.seconds).toBeLessThan(35)
  expect(stage.api.calls.filter(({ path }) => path.includes('/proxy/'))).toHaveLength(3)
})

test('without the guard no pod is asked, and the deploy ends with the rollout', async () => {
  const deployed = await replace(traffic({ requests: 40 }), traffic({ requests: 30, errors: 30 }), {
    guard: undefined,
  })
  expect(deployed.exitCode).toBe(0)
  expect(deployed.seconds).toBeLessThan(35)
  expect(stage.api.calls.filter(({ path }) => path.includes('/proxy/'))).toEqual([])
})

test('kube prod deploy is guarded; --no-guard and `guard: false` are not', async () => {
  const until = new Date(Date.now() + 864_000_000).toISOString().slice(0, 10)
  const exceptions = [{ rule: 'ci-deploys', reason: 'deployed by a test', owner: 'ann', until }]
  const open = await openImageRepository(stage, { settings: { exceptions } })
  const off = await openImageRepository(stage, {
    settings: { exceptions },
    production: { guard: false },
  })
  try {
    const deploy = (repository: typeof open, name: string, ...more: readonly string[]) => {
      const image = repository.putImage(name)
      return repository.kube('prod', 'deploy', 'a'.repeat(40), '--image', image, ...more)
    }
    const guarded = await deploy(open, 'one')
    expect(guarded).toMatchObject({ exitCode: 0 })
    expect(guarded.stderr).toContain('guard: web is not judged')
    for (const run of [await deploy(open, 'two', '--no-guard'), await deploy(off, 'three')]) {
      expect(run).toMatchObject({ exitCode: 0 })
      expect(run.stderr).not.toContain('guard:')
    }
  } finally {
    await open.close()
    await off.close()
  }
})

test('a wrong setting of the guard is told before anything is asked', async () => {
  const production = { guard: { windowSeconds: 1, maxErrors: 3 } }
  const repository = await openImageRepository(stage, { production })
  try {
    const { exitCode, stderr } = await repository.kube('prod', 'deploy')
    expect(exitCode).toBe(2)
    expect(stderr).toContain('environments.production.guard')
    expect(stage.api.calls).toEqual([])
  } finally {
    await repository.close()
  }
})
