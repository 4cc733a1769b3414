import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { planDockerfile } from '../../../tooling/plan/image/dockerfile-plan.ts'
import { findBinary } from '../../real/binary.ts'
import { type AppRepository, openApp, writeAll } from './app-repository.ts'
import { inspect } from './registry-image.ts'

const missing =
  ['buildah', 'skopeo'].find((name) => findBinary(name) === undefined) ??
  (process.getuid?.() === 0 ? undefined : 'root')
const note = missing === undefined ? '' : ` (skipped: this machine has no ${missing})`

/** Where a Dockerfile's image shows what it got to see. */
const DOCKERFILE = 'FROM scratch\nARG REVISION\nLABEL of=$REVISION\nCOPY . /srv\nCMD ["/srv/run"]\n'

let app: AppRepository

beforeEach(async () => {
  app = await openApp({ files: { Dockerfile: DOCKERFILE, 'run.txt': 'x', '.env': 'TOKEN=1' } })
})

afterEach(() => app.close())

describe('a Dockerfile', () => {
  test('that is there is what is built, unless it is not wanted', async () => {
    const planned = await app.build('--dry-run')
    expect(planned.stdout).toMatch(/by Dockerfile\n$/)
    app.write({ 'app.js': '1' })
    app.commit()
    expect((await app.build('--dry-run', '--no-dockerfile')).stdout).toContain('linux/amd64')
  })

  test.for(['other/Dockerfile', '../Dockerfile', '--help'])(
    'named %s that is not in the project is a slip of the command line',
    async (path) => {
      expect((await app.build(`--dockerfile=${path}`)).exitCode).toBe(2)
    },
  )

  test('without a builder says which were looked for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'servicex-path-'))
    const git = findBinary('git') ?? ''
    writeAll(folder, { git: `#!/bin/sh\nexec ${git} "$@"\n` })
    vi.stubEnv('PATH', folder)
    try {
      const { exitCode, stderr } = await app.build('--output', join(folder, 'x.tar'))
      expect(exitCode).toBe(2)
      expect(stderr).toMatch(/docker {2}is not installed\n {2}buildah {2}.*\n {2}podman {2}is not/)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  test('goes to the builder as words, never through a shell', () => {
    const { steps, cleanUp } = planDockerfile({
      builder: 'buildah',
      context: '/x/$(touch pwned)',
      file: 'Dockerfile',
      name: 'localhost/x',
      platforms: [
        { os: 'linux', architecture: 'amd64' },
        { os: 'linux', architecture: 'arm64', variant: 'v8' },
      ],
      revision: 'c0ffee',
      committedAtSeconds: 1,
      layout: '/x/layout',
    })
    expect(steps[0]?.at(-1)).toBe('/x/$(touch pwned)')
    expect(steps[0]).toContain('--platform=linux/amd64,linux/arm64/v8')
    expect(steps[1]).toEqual(['manifest', 'push', '--all', 'localhost/x', 'oci:/x/layout:image'])
    expect(cleanUp).toEqual([['manifest', 'rm', 'localhost/x']])
  })
})

describe.skipIf(missing !== undefined)(`a Dockerfile, by buildah${note}`, () => {
  beforeEach(() => {
    vi.stubEnv('BUILDAH_ISOLATION', 'chroot')
    vi.stubEnv('STORAGE_DRIVER', 'vfs')
  })

  test('has the labels, the time and the name of every image, and sees no secret', async () => {
    const file = join(app.cacheFolder, 'image.tar')
    // The first builder that answers is taken; here that is buildah.
    const engines = mkdtempSync(join(tmpdir(), 'servicex-path-'))
    writeAll(engines, { docker: '#!/bin/sh\nexit 1\n' })
    vi.stubEnv('PATH', `${engines}:${process.env['PATH']}`)
    const { exitCode, stderr } = await app.build('--output', file)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
    expect(stderr).toContain('left out .env: it may hold a secret')
    const revision = app.git('rev-parse', 'HEAD')
    expect(inspect(`oci-archive:${file}`)).toMatchObject({
      Created: '2026-01-02T03:04:05Z',
      Labels: { of: revision, 'org.opencontainers.image.revision': revision },
      Env: expect.arrayContaining([`SERVICEX_REVISION=${revision}`]) as string[],
    })
    const members = execFileSync('sh', ['-c', LIST_LAYERS, 'sh', file], { encoding: 'utf8' })
    expect(members).toMatch(/^srv\/run\.txt$/m)
    expect(members).toMatch(/^app\/\.servicex\/description\.json$/m)
    expect(members).not.toContain('.env')
    rmSync(engines, { recursive: true, force: true })
  })

  test('that fails ends the build with its last words, exit code 1', async () => {
    app.write({ Dockerfile: 'FROM scratch\nCOPY nowhere /\n' })
    app.commit()
    const { exitCode, stderr } = await app.build('--output', join(app.cacheFolder, 'x.tar'))
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/SERVICEX_BUILD_FAILED[^]*nowhere/)
  })
})

/** Lists the members of every layer of an archive. */
const LIST_LAYERS = `d=$(mktemp -d); tar -xf "$1" -C "$d"; for f in "$d"/blobs/sha256/*; do tar -tzf "$f" 2>/dev/null || tar -tf "$f" 2>/dev/null; done; rm -rf "$d"`
