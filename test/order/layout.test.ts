import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Collector, openCollector } from '../../src/testing/collector.ts'
import { openKafkaBroker } from '../fakes/kafka-broker.ts'
import { describeReal } from '../real/describe-real.ts'
import { startPostgres } from '../real/postgres.ts'
import { type AppFolder, type AppOptions, makeAppFolder } from './app-folder.ts'
import { type AppCommand, openAppProcess } from './app-process.ts'
import { buildRuntime, type BuiltRuntime } from './build-runtime.ts'
import { openPeer } from './peer.ts'
import { readRequest } from './seen-work.ts'

const PG_DEPENDENCIES = ['pg-connection-string', 'pg-pool', 'pg-protocol', 'pg-types', 'pgpass']

let runtime: BuiltRuntime
let collector: Collector
let folder: AppFolder | undefined

beforeAll(async () => {
  runtime = await buildRuntime()
  collector = await openCollector()
})

afterAll(async () => {
  runtime.close()
  await collector.close()
})

describeReal('pg is seen', 'postgres', startPostgres, (postgres) => {
  test('in the folders of a strict package manager, where everything is a link', async () => {
    const app = makeFolder({})
    const store = 'node_modules/.pnpm/pg@8.23.1/node_modules'
    app.install('pg', `${store}/pg`)
    for (const name of PG_DEPENDENCIES) {
      app.install(name, `node_modules/.pnpm/${name}/node_modules/${name}`)
      app.link(`${store}/${name}`, `node_modules/.pnpm/${name}/node_modules/${name}`)
    }
    for (const name of ['postgres-array', 'postgres-bytea', 'postgres-date', 'postgres-interval'])
      app.install(name, `node_modules/.pnpm/pg-types/node_modules/${name}`)
    for (const name of ['pg-int8', 'xtend', 'split2'])
      app.install(name, `node_modules/.pnpm/node_modules/${name}`)
    app.link('node_modules/pg', `${store}/pg`)
    app.link('node_modules/.pnpm/servicex/node_modules/servicex', runtime.path)
    app.link('node_modules/servicex', 'node_modules/.pnpm/servicex/node_modules/servicex')
    expect(await readWork({ words: ['pg-app.mjs'] })).toEqual(['postgresql SELECT ? AS one'])
  })

  test('in the copy that another package has of its own', async () => {
    const app = makeFolder({ packages: ['pg', ...PG_DEPENDENCIES], runtime: runtime.path })
    addPackage('store', { main: 'index.js' }, `module.exports = require('pg')`)
    app.install('pg', 'node_modules/store/node_modules/pg', { version: '8.11.0' })
    expect(await readWork({ words: ['pg-app.mjs'], env: { STORE: 'store' } })).toEqual([
      'postgresql SELECT ? AS one',
    ])
  })

  async function readWork({ words, env }: Pick<AppCommand, 'words' | 'env'>): Promise<unknown> {
    const process = await open({ words, env: { ...env, PG_URL: postgres().url } })
    try {
      const { work } = await readRequest(collector, `${process.url('web')}/`)
      expect(process.lines.filter(({ severity }) => severity === 'warn')).toEqual([])
      return work
    } finally {
      await process.stop()
      folder?.close()
    }
  }
})

test('a package whose loading could not be watched is found when the app listens', async () => {
  makeFolder({ packages: ['kafkajs', 'bullmq'], runtime: runtime.path })
  const broker = await openKafkaBroker()
  const process = await open({
    words: ['--require', './freeze-loader.cjs', 'kafka-app.mjs'],
    env: { KAFKA_BROKER: broker.address },
  })
  try {
    const { work } = await readRequest(collector, `${process.url('web')}/`)
    expect(work).toEqual(['producer send orders'])
    expect(process.lines.filter(({ severity }) => severity === 'warn')).toEqual([])
  } finally {
    await process.stop()
    await broker.close()
    folder?.close()
  }
})

describe('what cannot be seen is named, with the fix, once, when the app', () => {
  beforeAll(() => {
    makeFolder({ missing: ['fastify', 'kafkajs', 'mongodb', 'graphql'], runtime: runtime.path })
    addPackage('fastify', { version: '4.29.1' }, '')
    addPackage('kafkajs', { version: '3.0.0' }, 'exports.Kafka = class Kafka {}')
    addPackage('graphql', { version: '17.1.0' }, '')
    return () => folder?.close()
  })

  test.for([
    ['listens', {}],
    ['has run a job', { WORKS: '1' }],
  ] as const)('%s', async ([, env]) => {
    const process = await open({
      words: ['report-app.cjs'],
      env: { ...env, PACKAGES: 'fastify,kafkajs' },
    })
    await process.waitForLine(({ package: name }) => name === 'mongodb', 'the report')
    await process.stop()
    const told = process.lines.filter(({ severity }) => severity === 'warn')
    expect(told.map(({ message, fix }) => [message, fix])).toEqual([
      ['fastify 4.29.1 is not seen: too old', 'update fastify'],
      ['mongodb is not seen: bundled', expect.stringContaining('--packages=external')],
      ['kafkajs 3.0.0 is not seen: too new', expect.stringContaining('withSpan()')],
    ])
  })
})

describe('a package of real ES modules', () => {
  const COMPLETION = {
    choices: [{ message: { role: 'assistant', content: 'hi' } }],
    model: 'small',
  }

  beforeAll(() => {
    makeFolder({ packages: ['openai'], runtime: runtime.path })
    return () => folder?.close()
  })

  test('is seen when servicex/register is preloaded', async () => {
    const peer = await openPeer(COMPLETION)
    const process = await open({
      words: ['--import', 'servicex/register', 'openai-app.mjs'],
      env: { PEER_URL: peer.url },
    })
    try {
      const { work } = await readRequest(collector, `${process.url('web')}/`)
      expect(work).toEqual(['client chat small'])
      expect(process.lines.filter(({ severity }) => severity === 'warn')).toEqual([])
    } finally {
      await process.stop()
      await peer.close()
    }
  })

  test('is named without it, with the fix; its calls are seen all the same', async () => {
    const peer = await openPeer(COMPLETION)
    const process = await open({ words: ['openai-app.mjs'], env: { PEER_URL: peer.url } })
    try {
      const { work } = await readRequest(collector, `${process.url('web')}/`)
      expect(work).toEqual(['client POST'])
      const told = await process.waitForLine((line) => line['package'] === 'openai', 'the report')
      expect(told).toMatchObject({
        message: expect.stringMatching(/^openai 6\.\S+ is not seen: needs --import$/),
        fix: 'start the app with `node --import servicex/register <entrypoint>`',
      })
    } finally {
      await process.stop()
      await peer.close()
    }
  })
})

function makeFolder(options: AppOptions): AppFolder {
  folder = makeAppFolder(options)
  return folder
}

function addPackage(name: string, manifest: Readonly<Record<string, string>>, code: string): void {
  const path = join(folder?.path ?? '', 'node_modules', name)
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'package.json'), JSON.stringify({ name, ...manifest }))
  writeFileSync(join(path, 'index.js'), code)
}

function open({
  words,
  env,
}: Pick<AppCommand, 'words' | 'env'>): ReturnType<typeof openAppProcess> {
  return openAppProcess({
    folder: folder?.path ?? '',
    words,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...env },
  })
}
