import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readManifest, readRegistryProblem, writePackage } from './package/packed.ts'
import { pushBaseImage } from './real/base-image.ts'
import { type UnpackedImage, unpackImage, whyNoContainers } from './real/container.ts'
import { startDockerRegistry } from './real/docker-registry.ts'
import { findFreePort } from './real/server-process.ts'
import { openRepository, type Repository } from './tooling/parse/repository.ts'

const root = join(import.meta.dirname, '..')

const problem = whyNoContainers() ?? (await readRegistryProblem())
const note = problem === undefined ? '' : ` (skipped: ${problem})`

const APP = `import { createServer } from 'node:http'
import { init, log } from 'servicex'
import declaration from '../service.ts'
const { env } = init(declaration)
const server = createServer((_request, response) => {
  log.info('in the handler')
  response.end('hello')
})
server.listen(env.PORT, '127.0.0.1')
`

const SERVICE = `import { defineService } from 'servicex'
import { z } from 'zod'
export default defineService({ name: 'hello', env: z.object({ PORT: z.coerce.number() }) })
`

describe.skipIf(problem !== undefined)(
  `a service on servicex, built by the packed kube, pulled by skopeo, unpacked by umoci, run by runc${note}`,
  () => {
    let repository: Repository
    let cache: string
    let registry: Awaited<ReturnType<typeof startDockerRegistry>>
    let image: UnpackedImage

    beforeAll(async () => {
      registry = await startDockerRegistry()
      if (registry === undefined) throw new Error('no docker-registry')
      repository = openRepository()
      cache = mkdtempSync(join(tmpdir(), 'servicex-cache-'))
      await writeService(repository, registry.host, await pushBaseImage(registry.host))
      const [reference = ''] = kube('build').trim().split('@')
      image = unpackImage(reference)
    }, 240_000)

    afterAll(async () => {
      image.close()
      repository.close()
      rmSync(cache, { recursive: true, force: true })
      await registry?.close()
    })

    const kube = (...words: readonly string[]): string =>
      execFileSync(process.execPath, [join(root, 'dist/kube.js'), ...words], {
        cwd: repository.root,
        env: { ...process.env, XDG_CACHE_HOME: cache },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      })

    test('answers a request, logs its line, drains on SIGTERM and exits 0', async () => {
      const [port, adminPort] = [await findFreePort(), await findFreePort()]
      const container = image.run({ env: { PORT: String(port), ADMIN_PORT: String(adminPort) } })
      const answer = async (): Promise<string> =>
        (await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined))?.text() ?? ''
      await expect.poll(answer, { timeout: 20_000 }).toBe('hello')
      await expect
        .poll(() => container.lines)
        .toContainEqual(expect.objectContaining({ message: 'in the handler', service: 'hello' }))
      const revision = repository.git('rev-parse', 'HEAD')
      expect(container.lines.at(-1)).toMatchObject({ version: revision, environment: 'production' })
      const info = await (await fetch(`http://127.0.0.1:${adminPort}/info`)).json()
      expect(info).toMatchObject({ name: 'hello', revision })
      container.kill('SIGTERM')
      expect(await container.ended).toBe(0)
      expect(container.output()).toContain('SIGTERM: draining')
    })

    test('is found right by the doctor, in the container', async () => {
      const doctor = 'node_modules/servicex/dist/servicex.js'
      const env = { PORT: '8080', ADMIN_PORT: String(await findFreePort()) }
      const words = ['node', '--import', 'servicex/register', doctor, 'doctor', '--json']
      const container = image.run({ words, env })
      await container.ended
      const { checks } = container.lines[0] as { checks: { status: string; name: string }[] }
      expect(checks.filter(({ status }) => status === 'fail')).toEqual([])
    })

    test('holds no map, no declaration, no document but licences, and no tool half', () => {
      const files = readdirSync(join(image.root, 'app'), { recursive: true, encoding: 'utf8' })
      expect(files).toContain('node_modules/servicex/dist/index.js')
      expect(files).toContain('.servicex/description.json')
      const unwanted = files.filter((path) =>
        /\.map$|\.d\.[cm]?ts$|\.md$|\/servicex\/dist\/(?:kube\.js|tool(?:\/|$))|(?:^|\/)\.npmrc$/.test(
          path,
        ),
      )
      expect(unwanted.filter((path) => !/(?:licen[cs]e|notice)[^/]*\.md$/i.test(path))).toEqual([])
    })

    test('is described in a layer of its own', () => {
      const path = join(image.root, 'app/.servicex/description.json')
      expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
        name: 'hello',
        env: { PORT: expect.anything() as unknown },
      })
    })
  },
)

/** The service, with the packed servicex and, in its lockfile, exactly the packages this repository has tested. */
async function writeService(
  repository: Repository,
  host: string,
  baseImage: string,
): Promise<void> {
  const { tarball } = await writePackage(repository.root)
  cpSync(tarball, join(repository.root, 'servicex.tgz'))
  rmSync(tarball)
  const { version, dependencies } = await readManifest()
  const bytes = readFileSync(join(repository.root, 'servicex.tgz'))
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`
  const manifest = {
    name: 'hello',
    type: 'module',
    main: 'src/app.ts',
    dependencies: { servicex: 'file:servicex.tgz', zod: dependencies['zod'] },
    servicex: { registry: `${host}/apps`, baseImage },
  }
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { readonly dev?: boolean; readonly devOptional?: boolean }>
  }
  const production = Object.entries(packages).filter(
    ([path, { dev, devOptional }]) => path !== '' && dev !== true && devOptional !== true,
  )
  const own = { version, resolved: 'file:servicex.tgz', integrity, dependencies }
  repository.write({
    'package.json': JSON.stringify(manifest),
    'package-lock.json': JSON.stringify({
      lockfileVersion: 3,
      packages: {
        '': manifest,
        'node_modules/servicex': own,
        ...Object.fromEntries(production),
      },
    }),
    'src/app.ts': APP,
    'service.ts': SERVICE,
  })
  repository.commit()
}
