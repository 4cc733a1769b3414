import { execFile } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  COMMON_DEPENDENCIES,
  COMMON_DEV_DEPENDENCIES,
  TEMPLATES,
} from '../tooling/plan/new/template.ts'
import { installPackages, openFolder, readRegistryProblem, writePackage } from './package/packed.ts'
import { findBinary } from './real/binary.ts'

const run = promisify(execFile)

/** Whatever the ranges of the templates say. */
const NEWEST: Readonly<Record<string, string>> = Object.fromEntries(
  [COMMON_DEPENDENCIES, COMMON_DEV_DEPENDENCIES, ...TEMPLATES.map((each) => each.dependencies)]
    .flatMap(Object.keys)
    // The types are those of the Node that runs.
    .map((name) => [name, name === '@types/node' ? '^24' : 'latest']),
)

/** Nothing of this machine's own settings but where programs are. */
const ENV = {
  PATH: process.env['PATH'],
  GIT_AUTHOR_NAME: 'A Newcomer',
  GIT_AUTHOR_EMAIL: 'newcomer@example.com',
  GIT_COMMITTER_NAME: 'A Newcomer',
  GIT_COMMITTER_EMAIL: 'newcomer@example.com',
}

const problem = whyNotAlone() ?? (await readRegistryProblem())
const note = problem === undefined ? '' : ` (skipped: ${problem})`

describe.skipIf(problem !== undefined)(
  `with the newest packages, without their install scripts and without a network${note}`,
  () => {
    let folder: Awaited<ReturnType<typeof openFolder>>
    let modules = ''

    beforeAll(async () => {
      folder = await openFolder()
      const { tarball } = await writePackage(folder.path)
      await installPackages(folder.path, { ...NEWEST, servicex: `file:${tarball}` })
      modules = join(folder.path, 'node_modules')
    }, 240_000)
    afterAll(() => folder.close())

    /** Runs a program of the installed packages where there is no network but loopback. */
    async function alone(place: string, ...words: readonly string[]): Promise<string> {
      const ip = ['sh', '-c', 'ip link set lo up; exec "$@"', 'sh', process.execPath, ...words]
      const { stdout } = await run('unshare', ['--net', ...ip], { cwd: place, env: ENV })
      return stdout
    }

    test.for(TEMPLATES)(
      'an app of the template $name is made, fits its types and passes its tests',
      async ({ name }) => {
        const kube = join(modules, 'servicex/dist/kube.js')
        await alone(folder.path, kube, 'new', name, '--template', name, '--no-install')
        const app = join(folder.path, name)
        symlinkSync(modules, join(app, 'node_modules'))
        await alone(app, join(modules, 'typescript/bin/tsc'))
        await alone(app, join(modules, 'oxlint/bin/oxlint'), '--deny-warnings')
        expect(await alone(app, '--test')).toMatch(/^(?:ℹ|#) pass [1-9]/m)
        expect(await alone(app, kube, 'generate')).toContain('kind: Namespace')
      },
    )
  },
)

function whyNotAlone(): string | undefined {
  const missing = ['unshare', 'ip'].find((name) => findBinary(name) === undefined)
  if (missing !== undefined) return `this machine has no ${missing}`
  return process.getuid?.() === 0 ? undefined : 'a network of its own needs root'
}
