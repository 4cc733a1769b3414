import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type HttpServer, openHttpServer } from './fakes/http-server.ts'
import { type FakeApiServer, openApiServer } from './fakes/kubernetes/api-server.ts'
import { openFolder, readRegistryProblem, writePackage } from './package/packed.ts'
import { pushBaseImage } from './real/base-image.ts'
import {
  type Container,
  type UnpackedImage,
  unpackImage,
  whyNoContainers,
} from './real/container.ts'
import { type DockerRegistry, startDockerRegistry } from './real/docker-registry.ts'
import { findFreePort } from './real/server-process.ts'

const run = promisify(execFile)

const problem = whyNoContainers() ?? (await readRegistryProblem())
const note = problem === undefined ? '' : ` (skipped: ${problem})`

/** What the bootstrap document promises, and what is generous for a busy machine. */
const MOST_COMMANDS = 8
const MOST_SECONDS = 300

/** A command of the bootstrap document, and what it took. */
interface Step {
  readonly words: string
  readonly seconds: number
}

describe.skipIf(problem !== undefined)(
  `a newcomer, from nothing to a service that others call${note}`,
  () => {
    const steps: Step[] = []
    let folder: Awaited<ReturnType<typeof openFolder>>
    let packages: HttpServer
    let registry: DockerRegistry | undefined
    let cluster: FakeApiServer
    let env: Record<string, string | undefined> = {}

    beforeAll(async () => {
      folder = await openFolder()
      const bytes = readFileSync((await writePackage(folder.path)).tarball)
      packages = await openHttpServer((_request, response) => response.end(bytes))
      registry = await startDockerRegistry()
      cluster = await openApiServer()
      env = {
        ...process.env,
        ...toNobody(),
        KUBECONFIG: writeKubeconfig(folder.path, cluster.url),
        XDG_CACHE_HOME: join(folder.path, 'cache'),
        SERVICEX_BASE_IMAGE: await pushBaseImage(registry?.host ?? ''),
      }
    }, 120_000)

    afterAll(async () => {
      await Promise.all([folder.close(), packages.close(), registry?.close(), cluster.close()])
      const rows = steps.map(
        ({ words, seconds }) => `  ${seconds.toFixed(1).padStart(6)} s  ${words}`,
      )
      process.stdout.write(
        `\n${steps.length} commands, ${toSeconds(steps)} s\n${rows.join('\n')}\n`,
      )
    })

    /** Runs one command of the document and notes what it took; rejects with what it printed. */
    async function step(place: string, ...words: readonly string[]): Promise<string> {
      const startedMs = performance.now()
      const stdout = await call(place, ...words)
      steps.push({ words: words.join(' '), seconds: (performance.now() - startedMs) / 1000 })
      return stdout
    }

    async function call(
      place: string,
      ...[program = '', ...rest]: readonly string[]
    ): Promise<string> {
      try {
        const { stdout } = await run(program, rest, { cwd: place, env, maxBuffer: 64 * 2 ** 20 })
        return stdout
      } catch (error) {
        const { message, stdout } = error as { message: string; stdout: string }
        throw new Error(`${message}\n${stdout}`, { cause: error })
      }
    }

    /** Before there is an app, the tool comes from the registry of packages. */
    async function newApp(name: string): Promise<string> {
      const servicex = `${packages.url}/servicex.tgz`
      const where = ['--registry', `${registry?.host}/apps`, '--context', 'production=acme']
      const words = ['npx', '--yes', `--package=${servicex}`, 'kube', 'new', name]
      await step(folder.path, ...words, ...where, '--servicex', servicex)
      return join(folder.path, name)
    }

    test('makes it, tests it, builds it, deploys it, runs it, and calls it from another', async () => {
      const greeter = await newApp('greeter')
      expect(await step(greeter, 'npm', 'test')).toMatch(/pass [1-9]/)
      await step(greeter, 'npx', 'kube', 'build', '--update-base')
      await call(greeter, 'git', 'add', '--all')
      await call(greeter, 'git', 'commit', '--quiet', '--message', 'the base image is pinned')
      const checked = await step(greeter, 'npx', 'kube', 'check')
      expect(checked).toContain('greeter follows every rule')
      const built = (await step(greeter, 'npx', 'kube', 'build')).trim()
      await step(greeter, 'npx', 'kube', 'prod', 'deploy', 'HEAD')
      expect(imageOf(cluster)).toContain(built.split('@')[1])

      const image = unpackImage(built.split('@')[0] ?? '')
      const port = await findFreePort()
      const container = image.run({ env: { PORT: String(port), ADMIN_PORT: '0' } })
      try {
        await answers(container, port)
        await callsFromAnother(port)
        container.kill('SIGTERM')
        expect(await container.ended).toBe(0)
      } finally {
        await end(container, image)
      }
      expect(steps.length).toBeLessThanOrEqual(MOST_COMMANDS)
      expect(toSeconds(steps)).toBeLessThan(MOST_SECONDS)
    }, 600_000)

    /** The image answers a request, with a line that has the route and a trace. */
    async function answers(container: Container, port: number): Promise<void> {
      await vi.waitFor(() => expect(container.output()).toContain('greeter is up'), {
        timeout: 30_000,
      })
      const response = await fetch(`http://127.0.0.1:${port}/greetings/Ann`)
      expect(await response.json()).toEqual({ text: 'Hello, Ann!' })
      const [access, own] = await vi.waitFor(() => {
        const lines = [
          container.lines.find(({ http }) => http !== undefined),
          container.lines.find(({ message }) => message === 'somebody is greeted'),
        ]
        expect(lines).not.toContain(undefined)
        return lines
      })
      expect(access).toMatchObject({
        service: 'greeter',
        version: expect.stringMatching(/^[0-9a-f]{40}$/),
        trace_id: own?.['trace_id'],
        http: { route: '/greetings/{name}', status: 200 },
      })
    }

    /** The contract comes from the cluster: what is deployed is what is called. */
    async function callsFromAnother(port: number): Promise<void> {
      const shop = await newApp('shop')
      await step(shop, 'npx', 'kube', 'client', 'add', 'greeter', '--env', 'prod')
      const module = `import { greeter } from './clients/greeter.js'
const { text } = await greeter.greet({ name: 'Bea' }).orThrow()
process.stdout.write(text)
`
      writeFileSync(join(shop, 'call.ts'), module)
      await call(shop, 'npx', 'tsc')
      const own = { ...env, SERVICEX_URL_GREETER: `http://127.0.0.1:${port}` }
      const { stdout } = await run(process.execPath, ['call.ts'], { cwd: shop, env: own })
      expect(stdout).toBe('Hello, Bea!')
    }
  },
)

function toNobody(): Record<string, string> {
  return {
    GIT_AUTHOR_NAME: 'A Newcomer',
    GIT_AUTHOR_EMAIL: 'newcomer@example.com',
    GIT_COMMITTER_NAME: 'A Newcomer',
    GIT_COMMITTER_EMAIL: 'newcomer@example.com',
  }
}

function writeKubeconfig(folder: string, server: string): string {
  const path = join(folder, 'kubeconfig')
  const config = {
    contexts: [{ name: 'acme', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'u', user: {} }],
  }
  // JSON is YAML.
  writeFileSync(path, JSON.stringify(config))
  return path
}

function imageOf({ store }: FakeApiServer): string {
  const { spec } = store.read('/apis/apps/v1/namespaces/greeter/deployments/web') as unknown as {
    spec: { template: { spec: { containers: { image: string }[] } } }
  }
  return spec.template.spec.containers[0]?.image ?? ''
}

function toSeconds(steps: readonly Step[]): number {
  return Math.round(steps.reduce((sum, { seconds }) => sum + seconds, 0))
}

async function end(container: Container, image: UnpackedImage): Promise<void> {
  try {
    container.kill('SIGKILL')
  } catch {
    // It has ended already.
  }
  await container.ended
  image.close()
}
