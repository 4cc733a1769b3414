import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readHistory } from '../../../tooling/apply/deploy/history.ts'
import { openClusterClient } from '../../../tooling/apply/cluster/cluster-client.ts'
import type { AnnounceTargets } from '../../../tooling/parse/announce-targets.ts'
import { openImageRepository } from './image-repository.ts'
import { FAILING } from './scripts.ts'
import { type Deployed, openStage, type Stage, toImage } from './stage.ts'

const GOOD = toImage('600d')
const NEXT = toImage('2')
const TOKEN = 'sentinel-token'

interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

let stage: Stage
let server: Server
let received: Received[]
let answer: (response: ServerResponse, path: string) => void
let url: string
beforeEach(async () => {
  stage = await openStage()
  received = []
  answer = (response) => void response.writeHead(201).end('{}')
  server = createServer((request, response) => {
    const { headers, url: path = '' } = request
    void json(request).then((body) => {
      received.push({ path, headers, body })
      return answer(response, path)
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await stage.close()
})

function toSentry(): AnnounceTargets {
  return {
    problems: [],
    sentry: { url: `${url}/base/`, organization: 'acme', project: 'users', token: TOKEN },
  }
}

function deploy(image: string, targets: AnnounceTargets, isRollingBack = true): Promise<Deployed> {
  const announcement = { targets, proxy: {}, timeoutMs: 500 }
  const ciUrl = 'https://ci.acme.example/1'
  return stage.deploy(image, { options: { announcement, ciUrl, isRollingBack } })
}

describe('Sentry', () => {
  test('is told of the release, then of its deploy', async () => {
    const { events, exitCode, transcript } = await deploy(GOOD, toSentry())
    expect(exitCode).toBe(0)
    expect(transcript).toContain('told Sentry (acme/users)\n')
    expect(events.at(-1)).toMatchObject({ type: 'result' })
    const revision = GOOD.slice(-64, -24)
    const when = expect.stringMatching(/^2026-01-02T03:04:\d\d\.000Z$/) as string
    expect(received.map(({ body, path }) => ({ body, path }))).toEqual([
      {
        path: '/base/api/0/organizations/acme/releases/',
        body: {
          version: revision,
          projects: ['users'],
          dateReleased: when,
          url: 'https://ci.acme.example/1',
        },
      },
      {
        path: `/base/api/0/organizations/acme/releases/${revision}/deploys/`,
        body: {
          environment: 'production',
          name: 'by ann',
          dateStarted: when,
          dateFinished: when,
          projects: ['users'],
          url: 'https://ci.acme.example/1',
        },
      },
    ])
    expect(new Set(received.map(({ headers }) => headers.authorization))).toEqual(
      new Set([`Bearer ${TOKEN}`]),
    )
  })

  test('a release that it knows gets its deploy as well', async () => {
    answer = (response, path) =>
      void response.writeHead(path.endsWith('/deploys/') ? 201 : 208).end('{}')
    const { transcript } = await deploy(GOOD, toSentry())
    expect(transcript).toContain('told Sentry')
    expect(received).toHaveLength(2)
  })

  test('is not told of what was rolled back', async () => {
    await deploy(GOOD, { problems: [] })
    stage.api.rollouts.scripts.set(NEXT, FAILING[0]?.script ?? expect.fail())
    await deploy(NEXT, toSentry())
    expect(received).toEqual([])
  })

  test('a token that it refuses is a warning, in which the token does not stand', async () => {
    answer = (response) =>
      void response.writeHead(401).end(JSON.stringify({ detail: `Invalid token ${TOKEN}` }))
    const { exitCode, transcript } = await deploy(GOOD, toSentry())
    expect(exitCode).toBe(0)
    expect(transcript).toContain(
      'warning: Sentry (acme/users) was not told: it answered 401: Invalid token [redacted]\n',
    )
    expect(transcript).not.toContain(TOKEN)
  })
})

describe('the webhook', () => {
  test('is told how a deploy ended, in words and as data', async () => {
    await deploy(GOOD, { problems: [] })
    stage.api.rollouts.scripts.set(NEXT, FAILING[0]?.script ?? expect.fail())
    const { exitCode } = await deploy(NEXT, { problems: [], webhookUrl: `${url}/hook` })
    expect(exitCode).toBe(4)
    expect(received).toEqual([
      {
        path: '/hook',
        headers: expect.objectContaining({ 'content-type': 'application/json' }) as object,
        body: {
          text: 'users 200000000000 rolled-back in production by ann after 0 s (before: 600d00000000): IMAGE_NOT_FOUND\nhttps://ci.acme.example/1',
          deploy: {
            app: 'users',
            environment: 'production',
            outcome: 'rolled-back',
            revision: NEXT.slice(-64, -24),
            image: NEXT,
            previous: GOOD.slice(-64, -24),
            who: 'ann',
            ciUrl: 'https://ci.acme.example/1',
            startedAt: expect.any(String) as string,
            endedAt: expect.any(String) as string,
            durationMs: 0,
            findings: ['IMAGE_NOT_FOUND'],
          },
        },
      },
    ])
    expect(received[0]?.headers.authorization).toBeUndefined()
  })

  test.for([
    { name: 'answers 500', status: 500, said: /it answered 500: no$/ },
    { name: 'sends elsewhere', status: 307, said: /it answered 307: no$/ },
  ])('that $name is a warning, and nothing goes anywhere else', async ({ said, status }) => {
    answer = (response) => void response.writeHead(status, { location: `${url}/other` }).end('no')
    const { events, exitCode } = await deploy(GOOD, { problems: [], webhookUrl: `${url}/s3cret` })
    expect(exitCode).toBe(0)
    const [warning] = events.flatMap((event) => (event.type === 'warning' ? [event.text] : []))
    expect(warning).toMatch(said)
    expect(warning).not.toContain('s3cret')
    expect(received).toHaveLength(1)
  })

  test('that says nothing is given up on', async () => {
    answer = () => undefined
    const { exitCode, transcript } = await deploy(GOOD, { problems: [], webhookUrl: url })
    expect(exitCode).toBe(0)
    expect(transcript).toMatch(
      /the webhook at 127.0.0.1:\d+ was not told: it did not answer within/,
    )
  })

  test('that answers without end is read no further than needed', async () => {
    answer = (response) => {
      response.writeHead(500)
      const timer = setInterval(() => response.write('x'.repeat(1024)), 1)
      response.on('close', () => clearInterval(timer))
    }
    const { exitCode, transcript } = await deploy(GOOD, { problems: [], webhookUrl: url })
    expect(exitCode).toBe(0)
    expect(transcript).toContain(`it answered 500: ${'x'.repeat(200)}\n`)
  })

  test('that is away is a warning', async () => {
    const webhookUrl = 'http://127.0.0.1:1/hook'
    const { exitCode, transcript } = await deploy(GOOD, { problems: [], webhookUrl })
    expect(exitCode).toBe(0)
    expect(transcript).toContain('warning: the webhook at 127.0.0.1:1 was not told: ')
  })
})

test('a deploy that is interrupted is in the history, and the webhook is told', async () => {
  await deploy(GOOD, { problems: [] })
  const controller = new AbortController()
  stage.api.rollouts.scripts.set(NEXT, {
    isReady: (look) => {
      if (look === 3) controller.abort(new Error('interrupted by SIGINT'))
      return false
    },
  })
  const announcement = { targets: { problems: [], webhookUrl: url }, proxy: {} }
  const { signal } = controller
  const { events } = await stage.deploy(NEXT, { signal, options: { announcement } })
  expect(events.at(-1)).toMatchObject({ type: 'result', result: { outcome: 'interrupted' } })
  expect(received[0]?.body).toMatchObject({ deploy: { outcome: 'interrupted', image: NEXT } })
  const lease = stage.api.store.read(
    '/apis/coordination.k8s.io/v1/namespaces/users/leases/kube-deploy',
  )
  expect(lease).toMatchObject({ spec: { holderIdentity: '' } })
})

test('a name calls nobody in a chat', async () => {
  const announcement = { targets: { problems: [], webhookUrl: url }, proxy: {} }
  await stage.deploy(GOOD, { options: { announcement, who: '<!channel> & co' } })
  expect(received[0]?.body).toMatchObject({
    text: expect.stringContaining('by &lt;!channel&gt; &amp; co after') as string,
  })
})

test('kube prod rollback tells as well, and says at once what it cannot tell', async () => {
  await stage.deploy(GOOD)
  await stage.deploy(NEXT)
  const announce = { sentry: { organization: 'acme' }, webhook: { url: `${url}/hook` } }
  const repository = await openImageRepository(stage, { settings: { announce } })
  try {
    const { exitCode, stderr } = await repository.kube('prod', 'rollback')
    expect(exitCode).toBe(0)
    expect(stderr).toContain('SENTRY_AUTH_TOKEN is not set: Sentry is not told of the deploy')
    expect(received.map(({ path }) => path)).toEqual(['/hook'])
  } finally {
    await repository.close()
  }
})

test('each Deployment says who deployed it, and the history says all of it', async () => {
  await deploy(GOOD, { problems: [] })
  const path = '/apis/apps/v1/namespaces/users/deployments/web'
  const { annotations } = stage.api.store.read(path).metadata
  expect(annotations).toMatchObject({
    'kubernetes.io/change-cause': `kube production deploy ${GOOD.slice(-64, -24)} (ann)`,
    'servicex.dev/who': 'ann',
    'servicex.dev/ci-url': 'https://ci.acme.example/1',
    'servicex.dev/deployed-at': '2026-01-02T03:04:05.000Z',
  })
  await deploy(NEXT, { problems: [] })
  const access = {
    context: 'x',
    server: new URL(stage.api.url),
    tls: {},
    credentials: { kind: 'none' as const },
  }
  const client = openClusterClient(access, { env: {}, proxy: {} })
  const [last] = await readHistory({ client, app: 'users' })
  client.close()
  expect(last).toMatchObject({
    revision: NEXT.slice(-64, -24),
    image: NEXT,
    who: 'ann',
    ciUrl: 'https://ci.acme.example/1',
    outcome: 'deployed',
    from: GOOD.slice(-64, -24),
    durationMs: 2000,
  })
})
