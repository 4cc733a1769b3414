import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import { readInstallEnv } from '../../parse/build-env.ts'
import {
  type InstallRequest,
  isStaleIndex,
  planInstall,
  type WorkspaceScope,
} from '../../plan/image/install-plan.ts'
import { toArchitectureWords, type TargetPlatform } from '../../plan/image/target-platform.ts'
import { findManager } from './find-manager.ts'
import { runProgram } from './run-program.ts'

/** An install, and where. */
export interface InstallCall extends InstallRequest {
  /** A folder of our own, with the manifests and the lockfile laid out. */
  readonly folder: string
  /** `package.json#packageManager` of the repository. */
  readonly named: string | undefined
}

/**
 * Installs what the lockfile says into a folder of our own; no script of a package runs but of those
 * that are allowed by name. A version that the cache's index lacks is asked for once more, of the registry.
 * Rejects with SERVICEX_INSTALL_FAILED and the package manager's last words.
 */
export async function install(call: InstallCall): Promise<void> {
  try {
    await installOnce(call)
  } catch (error) {
    if (!ServicexError.is(error) || !isStaleIndex(call, error.details)) throw error
    await installOnce({ ...call, isRevalidated: true })
  }
}

async function installOnce(call: InstallCall): Promise<void> {
  const { folder, named, manager, isOffline, target } = call
  const env = readInstallEnv()
  const program = await findManager({ manager, named, folder, env, isOffline })
  if (manager === 'yarn' && target !== undefined) await writeYarnPlatform(folder, target)
  if (manager === 'yarn-classic' && call.workspace !== undefined)
    await writeClassicWorkspaces(folder, call.workspace)
  const plan = planInstall(call)
  for (const { words } of plan.steps)
    await runProgram({
      program,
      words,
      cwd: folder,
      env: { ...env, ...plan.env },
      what: `${manager} ${words[0] === '--filter' ? 'install' : words.join(' ')}`,
      failure: 'SERVICEX_INSTALL_FAILED',
      fix: (lines) => (isOffline ? 'kube build, which may ask the registry' : toFix(lines)),
    })
}

/**
 * Npm says "npm install" of a lockfile without the binaries of other platforms, which leaves it as it is:
 * it copies what node_modules holds (npm/cli#4828, open in npm 11).
 */
function toFix(lines: readonly string[]): string {
  const isLacking = lines.some((line) => /Missing: \S+ from lock file/.test(line))
  return isLacking
    ? 'rm -rf node_modules package-lock.json && npm install, then commit package-lock.json: it lacks what package.json, or a package for another platform, asks for'
    : 'run it in the repository and do what it says'
}

/** Yarn 1 installs for every workspace there is: it is told of those that are meant. */
async function writeClassicWorkspaces(
  folder: string,
  { folder: app, usedFolders }: WorkspaceScope,
): Promise<void> {
  const path = join(folder, 'package.json')
  const packageJson = JSON.parse(await readFile(path, 'utf8')) as object
  const workspaces = [app, ...usedFolders].filter((each) => each !== '')
  await writeFile(path, JSON.stringify({ ...packageJson, workspaces }))
}

/** Yarn 2 and later takes the platform from its settings only. */
async function writeYarnPlatform(
  folder: string,
  { platform, libc }: TargetPlatform,
): Promise<void> {
  const { parse, stringify } = await import('yaml')
  const path = join(folder, '.yarnrc.yml')
  const text = await readFile(path, 'utf8').catch(() => '')
  const settings = (parse(text, { maxAliasCount: 100 }) ?? {}) as object
  const { cpu } = toArchitectureWords(platform)
  const supportedArchitectures = { os: [platform.os], cpu: [cpu], libc: [libc] }
  await writeFile(path, stringify({ ...settings, supportedArchitectures }))
}
