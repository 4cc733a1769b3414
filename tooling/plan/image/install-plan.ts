import type { PackageManager } from '../../parse/project.ts'
import { toArchitectureWords, type TargetPlatform } from './target-platform.ts'

/** What to install, and how. */
export interface InstallRequest {
  readonly manager: ManagerLine
  /** `production`: what the app needs to run; `all`: what it needs to be built, too. */
  readonly scope: 'production' | 'all'
  /** What the packages are for; this machine when absent. */
  readonly target?: TargetPlatform
  /** The app's package, when the lockfile is that of several packages. */
  readonly workspace?: WorkspaceScope
  /** Packages whose install scripts may run. No other script runs. */
  readonly allowedScripts: readonly string[]
  readonly isOffline: boolean
  /** Whether the registry is asked what there is now, even where the cache holds an answer. */
  readonly isRevalidated?: boolean
}

/** Yarn's two lines have other commands. */
export type ManagerLine = 'npm' | 'pnpm' | 'yarn' | 'yarn-classic'

/** Which packages of a repository are installed for. */
export interface WorkspaceScope {
  /** The app's folder; the top one is the empty text. */
  readonly folder: string
  readonly name: string
  /** The folders of the packages it uses. */
  readonly usedFolders: readonly string[]
}

/** One call of the package manager. */
export interface InstallStep {
  readonly words: readonly string[]
}

/** What is run, one after the other, and the variables it is run with. */
export interface InstallPlan {
  readonly steps: readonly InstallStep[]
  readonly env: Readonly<Record<string, string>>
}

/** What npm and pnpm end with when the index they read has not the version that is wanted. */
const NO_SUCH_VERSION = /\bETARGET\b|\bERR_PNPM_NO_MATCHING_VERSION\b/

/** Says whether an install failed by an index in the cache that is older than the lockfile: the registry may know better. */
export function isStaleIndex(request: InstallRequest, lines: readonly string[]): boolean {
  const isOfCache = !request.isOffline && request.isRevalidated !== true
  return isOfCache && lines.some((line) => NO_SUCH_VERSION.test(line))
}

/** Gives the calls of the package manager that install exactly what the lockfile says. */
export function planInstall(request: InstallRequest): InstallPlan {
  return PLANS[request.manager](request)
}

/** Tells the two lines of yarn apart by the lockfile's text. */
export function toManagerLine(manager: PackageManager, lockfile: string): ManagerLine {
  return manager === 'yarn' && !/^__metadata:/m.test(lockfile) ? 'yarn-classic' : manager
}

const PLANS: Readonly<Record<ManagerLine, (request: InstallRequest) => InstallPlan>> = {
  npm: planNpm,
  pnpm: planPnpm,
  yarn: planYarn,
  'yarn-classic': planYarnClassic,
}

function planNpm(request: InstallRequest): InstallPlan {
  const { scope, workspace, allowedScripts } = request
  const words = [
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-progress',
    '--install-links=false',
    // npm takes what is minutes old for new, unless it is told to ask.
    ...toCacheFlags(request, ['--prefer-online']),
    scope === 'production' ? '--omit=dev' : '--include=dev',
    ...toPlatformFlags(request),
    ...(workspace === undefined ? [] : toNpmWorkspaces(workspace, scope)),
  ]
  const rebuild = ['rebuild', '--ignore-scripts=false', '--foreground-scripts', ...allowedScripts]
  return { steps: [{ words }, ...(allowedScripts.length > 0 ? [{ words: rebuild }] : [])], env: {} }
}

function toCacheFlags(
  { isOffline, isRevalidated = false }: InstallRequest,
  revalidating: readonly string[] = [],
): readonly string[] {
  if (isOffline) return ['--offline']
  return isRevalidated ? revalidating : ['--prefer-offline']
}

/** The tools of a build are often those of the top package. */
function toNpmWorkspaces(
  { folder, usedFolders }: WorkspaceScope,
  scope: InstallRequest['scope'],
): string[] {
  const folders = [folder, ...usedFolders].filter((each) => each !== '')
  const root = [`--include-workspace-root=${folder === '' || scope === 'all'}`]
  return folders.length === 0
    ? ['--workspaces=false']
    : [...folders.map((each) => `--workspace=${each}`), ...root]
}

/** Source: npm 10, pnpm 10.14: the same three flags. */
function toPlatformFlags({ target }: InstallRequest): string[] {
  if (target === undefined) return []
  const { cpu } = toArchitectureWords(target.platform)
  return [`--os=${target.platform.os}`, `--cpu=${cpu}`, `--libc=${target.libc}`]
}

function planPnpm(request: InstallRequest): InstallPlan {
  const { scope, workspace, allowedScripts } = request
  const top = scope === 'all' ? ['--filter={.}'] : []
  const filter = workspace === undefined ? [] : [`--filter={./${workspace.folder}}...`, ...top]
  const words = [
    ...filter,
    'install',
    '--frozen-lockfile',
    '--ignore-scripts',
    ...toCacheFlags(request),
    ...(scope === 'production' ? ['--prod'] : []),
    ...toPlatformFlags(request),
    // Neither the paths of this machine nor links out of the folder may come into an image.
    '--config.extend-node-path=false',
    '--config.enable-global-virtual-store=false',
    '--config.confirm-modules-purge=false',
    '--config.manage-package-manager-versions=false',
  ]
  const rebuild = ['rebuild', '--config.ignore-scripts=false', ...allowedScripts]
  return {
    steps: [{ words }, ...(allowedScripts.length > 0 ? [{ words: rebuild }] : [])],
    env: { CI: 'true' },
  }
}

/** Yarn 2 and later. Its platform is a key of .yarnrc.yml: see apply/image. */
function planYarn({ scope, workspace, isOffline, allowedScripts }: InstallRequest): InstallPlan {
  const names = workspace === undefined || workspace.folder === '' ? [] : [workspace.name]
  const words =
    scope === 'production'
      ? ['workspaces', 'focus', '--production', ...names]
      : ['install', '--immutable']
  const rebuild = ['rebuild', ...allowedScripts]
  return {
    steps: [{ words }, ...(allowedScripts.length > 0 ? [{ words: rebuild }] : [])],
    env: {
      YARN_ENABLE_SCRIPTS: 'false',
      YARN_NODE_LINKER: 'node-modules',
      YARN_ENABLE_TELEMETRY: 'false',
      YARN_ENABLE_PROGRESS_BARS: 'false',
      ...(isOffline ? { YARN_ENABLE_NETWORK: 'false' } : {}),
    },
  }
}

function planYarnClassic(request: InstallRequest): InstallPlan {
  const words = [
    'install',
    '--frozen-lockfile',
    '--ignore-scripts',
    '--non-interactive',
    '--no-progress',
    '--ignore-engines',
    ...toCacheFlags(request),
    `--production=${request.scope === 'production'}`,
  ]
  return { steps: [{ words }], env: {} }
}
