import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lockApp } from '../../test/package/app-lockfile.ts'
import { writePackage } from '../../test/package/packed.ts'
import { pushBaseImage } from '../../test/real/base-image.ts'
import { findBinary } from '../../test/real/binary.ts'
import { startDockerRegistry } from '../../test/real/docker-registry.ts'
import type { Subject } from './subjects.ts'

/** What all tools build: a service, one registry behind a counter of bytes. */
export interface BuildRig {
  readonly subject: Subject
  /** Of the counter before the registry. */
  readonly host: string
  readonly scratch: string
  readonly npmCache: string
  /** Tells buildah that the registry speaks plain http. */
  readonly registries: string
  readonly clone: (name: string) => string
  readonly writeStorage: (folder: string) => string
  /** Another registry, with nothing but the base images in it. */
  readonly empty: () => Promise<void>
  readonly sentBytes: () => number
  readonly imageBytes: (reference: string) => number
  readonly close: () => Promise<void>
}

/** Whom npm trusts, in a container as outside of it. */
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt'

/** Installs in a stage of its own, manifests first: a change of the code installs nothing again. */
const toDockerfile = (
  host: string,
  { main, copies }: Subject,
): string => `FROM ${host}/base/node-npm:24 AS build
ENV NODE_EXTRA_CA_CERTS=${CERTIFICATES}
WORKDIR /app
COPY package.json package-lock.json servicex.tgz ./
RUN npm ci --omit=dev --ignore-scripts --prefer-offline --no-audit --no-fund --cache /npm-cache
FROM ${host}/base/node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
${copies.join('\n')}
USER 1000
CMD ["node", "--import", "servicex/register", "${main}"]
`

/** Opens what the bench needs: a registry, base images, and the service's repository. */
export async function openBuildRig(subject: Subject): Promise<BuildRig> {
  const scratch = mkdtempSync(join(tmpdir(), 'servicex-bench-build-'))
  let sent = 0
  let registry = await start()
  const counter = createServer((client) => {
    const [address = '', port] = registry.host.split(':')
    const server = connect(Number(port), address)
    client.on('data', (chunk) => (sent += chunk.length))
    client.pipe(server).pipe(client)
    for (const each of [client, server]) each.on('error', () => each.destroy())
  }).listen(0, '127.0.0.1')
  await once(counter, 'listening')
  const host = `127.0.0.1:${(counter.address() as AddressInfo).port}`
  const registries = join(scratch, 'registries.conf')
  writeFileSync(registries, `[[registry]]\nlocation = "${host}"\ninsecure = true\n`)
  const repository = await writeService(scratch, host, subject)
  const fill = async (): Promise<void> => {
    // Past the counter: it is in this process, which waits for these programs.
    await pushBaseImage(registry.host)
    pushNpmImage(scratch, registry.host)
  }
  await fill()
  return {
    subject,
    host,
    scratch,
    registries,
    npmCache: execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim(),
    clone: (name) => {
      const folder = join(scratch, name)
      execFileSync('git', ['clone', '--quiet', repository, folder])
      for (const [key, value] of Object.entries({ name: 'A', email: 'a@example.com' }))
        execFileSync('git', ['config', `user.${key}`, value], { cwd: folder })
      const packageJson = readFileSync(join(folder, 'package.json'), 'utf8')
      writeFileSync(join(folder, 'package.json'), packageJson.replaceAll('TOOL', name))
      // Only buildah is to find it.
      if (name !== 'buildah') execFileSync('git', ['rm', '--quiet', 'Dockerfile'], { cwd: folder })
      return folder
    },
    writeStorage: (folder) => {
      const path = `${folder}.conf`
      const text = `[storage]\ndriver = "overlay"\ngraphroot = "${folder}/graph"\nrunroot = "${folder}/run"\n`
      writeFileSync(path, text)
      return path
    },
    empty: async () => {
      await registry.close()
      registry = await start()
      await fill()
    },
    sentBytes: () => sent,
    imageBytes: (reference) => imageBytes(reference.replace(host, registry.host)),
    close: async () => {
      counter.close()
      await registry.close()
      rmSync(scratch, { recursive: true, force: true })
    },
  }
}

async function start(): Promise<{ host: string; close: () => Promise<void> }> {
  const registry = await startDockerRegistry()
  if (registry === undefined)
    throw new Error('this bench needs docker-registry, skopeo and buildah')
  return registry
}

function imageBytes(reference: string): number {
  const words = ['inspect', '--raw', '--tls-verify=false', `docker://${reference}`]
  const raw = execFileSync('skopeo', words, { encoding: 'utf8' })
  const { layers } = JSON.parse(raw) as { layers: { size: number }[] }
  return layers.reduce((sum, { size }) => sum + size, 0)
}

/** A base for building: the same with npm. */
function pushNpmImage(scratch: string, host: string): void {
  const name = `${host}/base/node-npm:24`
  const layout = join(scratch, 'npm-layout')
  const npm = join(realpathSync(findBinary('npm') ?? ''), '../..')
  const copy = ['copy', '--quiet', '--insecure-policy']
  const base = `docker://${host}/base/node:24-slim`
  rmSync(layout, { recursive: true, force: true })
  execFileSync('skopeo', [...copy, '--src-tls-verify=false', base, `oci:${layout}:npm`])
  const insert = (from: string, to: string): void =>
    void execFileSync('umoci', ['insert', '--image', `${layout}:npm`, from, to])
  insert(npm, '/usr/local/lib/node_modules/npm')
  const bin = join(scratch, 'npm-bin')
  writeFileSync(
    bin,
    '#!/usr/local/bin/node\nrequire("/usr/local/lib/node_modules/npm/bin/npm-cli.js")\n',
    { mode: 0o755 },
  )
  insert(bin, '/usr/local/bin/npm')
  insert('/bin/dash', '/bin/sh')
  insert(process.env['NODE_EXTRA_CA_CERTS'] ?? CERTIFICATES, CERTIFICATES)
  execFileSync('skopeo', [
    ...copy,
    '--dest-tls-verify=false',
    `oci:${layout}:npm`,
    `docker://${name}`,
  ])
}

async function writeService(scratch: string, host: string, subject: Subject): Promise<string> {
  const folder = join(scratch, 'service')
  mkdirSync(join(folder, 'src'), { recursive: true })
  const { tarball } = await writePackage(scratch)
  cpSync(tarball, join(folder, 'servicex.tgz'))
  const { name, main, packages } = subject
  const { dependencies, lockfile } = lockApp({ servicex: 'servicex.tgz', tarball, names: packages })
  const manifest = {
    name,
    type: 'module',
    main,
    scripts: { start: `node --import servicex/register ${main}` },
    dependencies,
    servicex: { registry: `${host}/TOOL`, baseImage: `${host}/base/node:24-slim` },
  }
  const write = (path: string, text: string): void => writeFileSync(join(folder, path), text)
  subject.write(folder, write)
  write('package.json', JSON.stringify(manifest))
  write('package-lock.json', lockfile)
  write('Dockerfile', toDockerfile(host, subject))
  write('.gitignore', 'node_modules\n')
  write('src/change.ts', 'export const change = 0\n')
  const git = (...words: readonly string[]): void =>
    void execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...words], {
      cwd: folder,
    })
  git('init', '--quiet', '--initial-branch=main')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'a service')
  return folder
}
