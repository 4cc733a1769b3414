import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { packTar } from 'modern-tar'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { install } from '../../../tooling/apply/image/install.ts'

/** How often the index of the package was asked for, and which versions it names. */
let registry: { readonly server: Server; readonly url: string; versions: string[]; asked: number }
let home = ''

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'servicex-stale-'))
  registry = await openPackages()
})

afterEach(() => {
  registry.server.close()
  registry.server.closeAllConnections()
  rmSync(home, { recursive: true, force: true })
})

test("npm installs a version that is newer than its cache's index", async () => {
  await installVersion('1.0.0')
  registry.versions = ['1.0.0', '1.1.0']
  const folder = await installVersion('1.1.0')
  const installed = readFileSync(join(folder, 'node_modules/adder/package.json'), 'utf8')
  expect(JSON.parse(installed)).toMatchObject({ version: '1.1.0' })
}, 60_000)

test('a version that the registry has not either is asked for once more, and told of', async () => {
  await installVersion('1.0.0')
  const before = registry.asked
  await expect(installVersion('9.9.9')).rejects.toMatchObject({
    code: 'SERVICEX_INSTALL_FAILED',
    message: expect.stringMatching(/No matching version found for adder@9\.9\.9/),
  })
  expect(registry.asked - before).toBe(1)
}, 60_000)

/** Installs what a lockfile without addresses names, with the cache of all installs here. */
async function installVersion(version: string): Promise<string> {
  const folder = join(home, version)
  mkdirSync(folder)
  const app = { name: 'app', version: '1.0.0', dependencies: { adder: version } }
  const lock = {
    name: 'app',
    version: '1.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: { '': app, 'node_modules/adder': { version } },
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(app))
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock))
  const settings = [`registry=${registry.url}/`, `cache=${join(home, 'cache')}`, 'fetch-retries=0']
  writeFileSync(join(folder, '.npmrc'), `${settings.join('\n')}\n`)
  await install({
    folder,
    named: undefined,
    manager: 'npm',
    scope: 'production',
    allowedScripts: [],
    isOffline: false,
  })
  return folder
}

/** Serves one package as npm's registry does; an index is good for five minutes there, too. */
async function openPackages(): Promise<typeof registry> {
  const server = createServer((request, response) => void answer(request.url ?? '', response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { server, url: `http://127.0.0.1:${port}`, versions: ['1.0.0'], asked: 0 }
}

async function answer(path: string, response: ServerResponse): Promise<void> {
  const [, version] = /^\/adder\/-\/adder-(.+)\.tgz$/.exec(path) ?? []
  const isIndex = path === '/adder'
  if (isIndex) registry.asked += 1
  response.writeHead(isIndex || version !== undefined ? 200 : 404, {
    'cache-control': 'max-age=300',
  })
  response.end(version === undefined ? await toIndex() : await toTarball(version))
}

async function toIndex(): Promise<string> {
  const versions = Object.fromEntries(await Promise.all(registry.versions.map(toEntry)))
  const latest = registry.versions.at(-1)
  return JSON.stringify({ name: 'adder', 'dist-tags': { latest }, versions })
}

async function toEntry(version: string): Promise<readonly [string, unknown]> {
  const hash = createHash('sha512').update(await toTarball(version))
  const tarball = `${registry.url}/adder/-/adder-${version}.tgz`
  const dist = { tarball, integrity: `sha512-${hash.digest('base64')}` }
  return [version, { name: 'adder', version, dist }]
}

async function toTarball(version: string): Promise<Buffer> {
  const body = JSON.stringify({ name: 'adder', version })
  const header = { name: 'package/package.json', size: body.length, mtime: new Date(0) }
  return gzipSync(await packTar([{ header, body }]))
}
