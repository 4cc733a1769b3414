import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { ManagerLine } from '../../plan/image/install-plan.ts'
import { findProgram } from './find-program.ts'

/** What tells which package manager is the repository's own. */
export interface ManagerRequest {
  readonly manager: ManagerLine
  /** `package.json#packageManager`: `pnpm@10.1.0+sha512.…`. */
  readonly named: string | undefined
  /** Where the files of the repository are laid out. */
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
  readonly isOffline: boolean
}

/** The package and version that npm fetches where the machine has no such manager and the repository names none. */
const PACKAGES: Readonly<Record<ManagerLine, string>> = {
  npm: 'npm@11',
  pnpm: 'pnpm@10',
  yarn: '@yarnpkg/cli-dist@4',
  'yarn-classic': 'yarn@1',
}

/**
 * Finds the package manager of a repository: the file that .yarnrc.yml names, the program on the
 * PATH, else the named version through npm. Rejects with SERVICEX_BUILDER_MISSING when there is none.
 */
export async function findManager(
  request: ManagerRequest,
): Promise<readonly [string, ...string[]]> {
  const { manager, env, named, isOffline } = request
  const ofRepository = manager === 'yarn' ? await findYarnRelease(request.folder) : undefined
  if (ofRepository !== undefined) return [process.execPath, ofRepository]
  const name = manager === 'yarn-classic' ? 'yarn' : manager
  const program = await findProgram(name, env['PATH'])
  if (program !== undefined) return [program]
  const npm = await findProgram('npm', env['PATH'])
  if (npm === undefined || manager === 'npm') throw missing(name)
  const flags = isOffline ? ['--offline'] : []
  const wanted = toPackage(manager, named)
  return [npm, 'exec', '--yes', ...flags, `--package=${wanted}`, '--', name]
}

/** `pnpm@10.1.0+sha512.abc` without its checksum; yarn 2 and later is published under another name. */
function toPackage(manager: ManagerLine, named: string | undefined): string {
  const version = /^(?:pnpm|yarn)@(\d+\.\d+\.\d+[\w.-]*)/.exec(named ?? '')?.[1]
  const usual = PACKAGES[manager]
  return version === undefined ? usual : `${usual.slice(0, usual.lastIndexOf('@'))}@${version}`
}

/** The file that `yarnPath` of .yarnrc.yml names, when it is in the repository. */
async function findYarnRelease(folder: string): Promise<string | undefined> {
  const { readFile } = await import('node:fs/promises')
  const text = await readFile(join(folder, '.yarnrc.yml'), 'utf8').catch(() => '')
  const path = /^yarnPath:\s*["']?(\.yarn\/releases\/[\w.@-]+)["']?\s*$/m.exec(text)?.[1]
  if (path === undefined) return undefined
  const place = join(folder, path)
  return access(place).then(
    () => place,
    () => undefined,
  )
}

function missing(name: string): ServicexError {
  return new ServicexError('SERVICEX_BUILDER_MISSING', {
    summary: `there is no ${name} on the PATH, and no npm to fetch it with`,
    fix: `install Node with npm, or ${name}`,
  })
}
