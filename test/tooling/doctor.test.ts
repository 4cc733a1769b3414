import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Check, Diagnosis } from '../../src/convention/doctor.ts'
import { checkTools } from '../../tooling/apply/doctor/check-tools.ts'
import { type FakeRegistry, openFakeRegistry } from '../fakes/fake-registry.ts'
import { type HttpServer, openHttpServer } from '../fakes/http-server.ts'
import { openRepository, type Repository } from './parse/repository.ts'
import { runKube } from './run-kube.ts'

const UID = '7b1e2d3c-4f5a-4b6c-8d7e-9f0a1b2c3d4e'

/** What the cluster of the test answers; each test changes what it is about. */
interface Cluster {
  denied: string
  skewMs: number
  hasNamespace: boolean
}

let cluster: Cluster
let api: HttpServer
let registry: FakeRegistry
let repository: Repository

beforeEach(async () => {
  cluster = { denied: '', skewMs: 0, hasNamespace: true }
  api = await openHttpServer((request, response) => void answer(request, response))
  registry = await openFakeRegistry()
})
afterEach(async () => {
  await Promise.all([api.close(), registry.close()])
  repository.close()
})

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { url = '' } = request
  const reply = (status: number, body: object): void => {
    const date = new Date(Date.now() + cluster.skewMs).toUTCString()
    response.writeHead(status, { 'content-type': 'application/json', date })
    response.end(JSON.stringify(body))
  }
  if (url.endsWith('/namespaces/kube-system')) return reply(200, { metadata: { uid: UID } })
  if (url.endsWith('/namespaces/billing'))
    return cluster.hasNamespace ? reply(200, {}) : reply(404, { reason: 'NotFound', code: 404 })
  const review = JSON.parse(await text(request)) as {
    spec: { resourceAttributes: { verb: string; resource: string; subresource?: string } }
  }
  const { verb, resource, subresource } = review.spec.resourceAttributes
  const words = [verb, [resource, subresource].filter(Boolean).join('/')].join(' ')
  reply(201, { status: { allowed: words !== cluster.denied } })
}

/** Runs `kube doctor` in a repository whose production is the cluster of the test. */
async function diagnose(servicex: object = {}): Promise<Diagnosis & { exitCode: number }> {
  const environments = { production: { context: 'prod', clusterId: UID } }
  repository = openRepository({
    'package.json': JSON.stringify({
      name: 'billing',
      servicex: { registry: `${registry.host}/apps`, environments, ...servicex },
    }),
    'package-lock.json': '{}',
  })
  repository.commit()
  const kubeconfig = {
    clusters: [{ name: 'c', cluster: { server: api.url } }],
    users: [{ name: 'u', user: { token: 'hunter2' } }],
    contexts: [{ name: 'prod', context: { cluster: 'c', user: 'u' } }],
  }
  repository.write({ '.git/kubeconfig': JSON.stringify(kubeconfig) })
  const env = {
    ...(process.env as Record<string, string>),
    KUBECONFIG: join(repository.root, '.git/kubeconfig'),
  }
  const { exitCode, stdout } = await runKube(['doctor', '--json'], { cwd: repository.root, env })
  expect(stdout).not.toContain('hunter2')
  return { ...(JSON.parse(stdout) as Diagnosis), exitCode }
}

function named(diagnosis: Diagnosis, name: string): Check | undefined {
  return diagnosis.checks.find((check) => check.name === name)
}

test('where all is well, every check passes and the exit code is 0', async () => {
  const diagnosis = await diagnose()
  expect(diagnosis.checks.filter(({ status }) => status !== 'pass')).toEqual([])
  expect(diagnosis.exitCode).toBe(0)
  expect(diagnosis.checks.map(({ category }) => category)).toEqual(
    expect.arrayContaining(['node', 'tools', 'repository', 'registry', 'clusters']),
  )
})

describe('what is wrong is named, with the one thing to do', () => {
  test('the context leads to another cluster', async () => {
    const environments = { production: { context: 'prod', clusterId: 'another' } }
    const diagnosis = await diagnose({ environments })
    expect(diagnosis.exitCode).toBe(1)
    expect(named(diagnosis, 'production: cluster')).toMatchObject({
      status: 'fail',
      message: `context prod leads to ${UID}, not to another`,
    })
  })

  test('nothing says that it is the right cluster', async () => {
    const diagnosis = await diagnose({ environments: { production: { context: 'prod' } } })
    expect(named(diagnosis, 'production: cluster')).toMatchObject({
      status: 'warn',
      fix: `set environments.production.clusterId to ${UID}`,
    })
  })

  test('there is no such context', async () => {
    const diagnosis = await diagnose({ environments: { production: { context: 'prd' } } })
    expect(named(diagnosis, 'production')).toMatchObject({
      status: 'fail',
      message: expect.stringContaining('"prd"') as string,
    })
  })

  test('a permission is missing', async () => {
    cluster.denied = 'create leases'
    expect(named(await diagnose(), 'production: permissions')).toMatchObject({
      status: 'fail',
      message: 'in billing we may not create leases',
    })
  })

  test.for([
    ['get pods/proxy', 'the guard judges no deploy'],
    ['create jobs', 'no release command and no kube run'],
  ])('without %s a deploy is possible and lacks something', async ([denied = '', lacking = '']) => {
    cluster.denied = denied
    const diagnosis = await diagnose()
    expect(diagnosis.exitCode).toBe(0)
    expect(named(diagnosis, 'production: permissions')).toMatchObject({
      status: 'warn',
      message: expect.stringContaining(`in billing we may not ${denied}: ${lacking}`) as string,
    })
  })

  test('callers cannot be seen', async () => {
    cluster.denied = 'list configmaps'
    expect(named(await diagnose(), 'production: callers')).toMatchObject({
      status: 'warn',
      fix: 'ask those who run the cluster for a ClusterRole that lists configmaps',
    })
  })

  test('the clock is off', async () => {
    cluster.skewMs = 90_000
    expect(named(await diagnose(), 'production: clock')).toMatchObject({
      status: 'warn',
      message: expect.stringMatching(/^is (?:89|90|91) s off ours$/) as string,
    })
  })

  test('the namespace is not there yet: the first deploy makes it', async () => {
    cluster.hasNamespace = false
    expect(named(await diagnose(), 'production: namespace')).toMatchObject({
      status: 'pass',
      message: expect.stringContaining('first deploy') as string,
    })
  })

  test('the registry cannot be reached', async () => {
    const diagnosis = await diagnose({ registry: '127.0.0.1:1/apps' })
    expect(named(diagnosis, '127.0.0.1:1/apps')).toMatchObject({ status: 'fail' })
  })

  test('an exception is about to end, or has', async () => {
    const exception = { rule: 'one-logger', reason: 'it goes soon', owner: 'ann' }
    const diagnosis = await diagnose({ exceptions: [{ ...exception, until: '2026-01-01' }] })
    expect(named(diagnosis, 'one-logger')).toMatchObject({ category: 'exceptions', status: 'fail' })
  })
})

test.for([
  ['24.11.1', 'pass'],
  ['24.10.0', 'fail'],
  ['22.22.3', 'pass'],
  ['22.22.2', 'fail'],
  ['23.11.0', 'fail'],
  ['26.0.0', 'pass'],
] as const)('Node %s: %s', async ([version, status]) => {
  repository = openRepository()
  const [node] = await checkTools({ packageManager: 'npm' } as never, process.env, version)
  expect(node?.status).toBe(status)
})
