import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { pushBaseImage } from '../../real/base-image.ts'
import { findBinary } from '../../real/binary.ts'
import { startDockerd } from '../../real/dockerd.ts'
import { startDockerRegistry } from '../../real/docker-registry.ts'
import { pollUntil } from '../../real/poll-until.ts'
import { findFreePort } from '../../real/server-process.ts'
import { type AppRepository, openApp } from './app-repository.ts'

const SERVER = `import { createServer } from 'node:http'
const server = createServer((_request, response) => response.end('from docker\\n'))
server.listen(process.env.PORT, '127.0.0.1', () => console.log('ready as ' + process.getuid()))
process.once('SIGTERM', () => server.close(() => console.log('drained')))
`

const missing = ['docker-registry', 'skopeo'].find((name) => findBinary(name) === undefined)
const engine = missing === undefined ? await startDockerd() : `this machine has no ${missing}`
const note = typeof engine === 'string' ? ` (skipped: ${engine})` : ''

describe.skipIf(typeof engine === 'string')(`an image in a Docker engine${note}`, () => {
  let registry: Awaited<ReturnType<typeof startDockerRegistry>>
  let app: AppRepository

  beforeAll(async () => {
    registry = await startDockerRegistry()
    const baseImage = await pushBaseImage(registry?.host ?? '')
    const servicex = { registry: `${registry?.host}/apps`, baseImage }
    app = await openApp({ packageJson: { servicex }, files: { 'app.js': SERVER } })
  }, 60_000)

  afterAll(async () => {
    app.close()
    await registry?.close()
    if (typeof engine !== 'string') await engine.close()
  })

  const docker = async (...words: readonly string[]): Promise<string> =>
    typeof engine === 'string' ? '' : engine.docker(...words)

  const runToEnd = async (image: string): Promise<string> => {
    const port = await findFreePort()
    const words = ['--detach', '--network=host', `--env=PORT=${port}`, '--read-only']
    const id = (await docker('run', ...words, image)).trim()
    const answer = await pollUntil(
      async () => {
        const reply = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined)
        return reply?.text()
      },
      { what: 'the container to answer', timeoutMs: 20_000 },
    )
    expect(answer).toBe('from docker\n')
    await docker('stop', '--time=10', id)
    expect((await docker('inspect', '--format={{.State.ExitCode}}', id)).trim()).toBe('0')
    const log = await docker('logs', id)
    await docker('rm', id)
    return log
  }

  test('that kube build --output wrote is loaded, answers, and drains on docker stop', async () => {
    const file = join(app.cacheFolder, 'image.tar')
    const { exitCode, stdout, stderr } = await app.build(`--output=${file}`)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
    const [image = ''] = stdout.trim().split('@')
    expect(await docker('load', `--input=${file}`)).toBe(`Loaded image: ${image}\n`)
    expect(await runToEnd(image)).toBe('ready as 1000\ndrained\n')
    const [inspected] = JSON.parse(await docker('inspect', image)) as readonly {
      readonly Created: string
      readonly Config: { readonly Labels: Readonly<Record<string, string>> }
    }[]
    expect(inspected?.Created).toBe('2026-01-02T03:04:05Z')
    expect(inspected?.Config.Labels['org.opencontainers.image.revision']).toBe(
      app.git('rev-parse', 'HEAD'),
    )
    await docker('rmi', image)
  }, 60_000)

  test('that kube build --load put there is the same one', async () => {
    if (typeof engine !== 'string') vi.stubEnv('DOCKER_HOST', engine.address)
    const { exitCode, stdout, stderr } = await app.build('--load')
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
    expect(stderr).toContain('into docker')
    expect(await runToEnd(stdout.trim().split('@')[0] ?? '')).toContain('drained')
  }, 60_000)
})
