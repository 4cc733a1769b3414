import { type Entry, isBelow, nameOf } from './entry.ts'
import type { LeftOutReason } from './left-out.ts'

/** Changes with the rules below: a dependency layer that was made by other rules is not used again. */
export const RULES_VERSION = 1

const SOURCE_MAP = /\.(?:map|tsbuildinfo)$/
const DECLARATIONS = /\.d\.(?:[^./]+\.)?[cm]?ts$|\.flow$/
const TYPESCRIPT = /\.[cm]?tsx?$/
const LICENCE = /^(?:licen[cs]e|copying|notice|patents)/i
const DOCUMENT = /\.(?:md|mdx|markdown|rst|adoc)$/i
const DOCUMENT_NAME =
  /^(?:readme|changelog|changes|history|authors|contributors|contributing)(?:\.txt)?$/i

const TOOL_HALF = /(?:^|\/)node_modules\/servicex\/dist\/(?:kube\.js$|tool\/)/
const RECORDS =
  /(?:^|\/)node_modules\/(?:\.package-lock\.json|\.yarn-integrity|\.yarn-state\.yml|\.modules\.yaml|\.pnpm-workspace-state[^/]*|\.pnpm\/lock\.yaml|\.cache\/.*|\.vite\/.*|\.bin\/kube)$/

/** Files and folders that serve the work on a repository, wherever they stand in it. */
const REPOSITORY_NAMES =
  /^(?:\.git|\.gitignore|\.gitattributes|\.gitmodules|\.gitkeep|\.keep|\.github|\.gitlab.*|\.circleci|\.travis\.yml|\.ci|\.vscode|\.idea|\.devcontainer|\.husky|\.changeset|\.storybook|\.editorconfig|\.eslint.*|\.prettier.*|\.oxlintrc.*|\.oxfmtrc.*|\.stylelint.*|\.swcrc|\.babelrc.*|\.lintstagedrc.*|\.commitlintrc.*|\.dockerignore|\.npmignore|\.nvmrc|\.node-version|\.tool-versions|\.DS_Store|\.cache|\.turbo|\.nyc_output|\.yarn|\.pnp\..*|\.pnpmfile\.cjs|Dockerfile.*|docker-compose.*|compose\.ya?ml|tsconfig.*\.json|(?:vitest|jest|eslint|prettier|playwright|knip|renovate|biome|turbo|nx|lerna)(?:\.config)?\.(?:jsonc?|[cm]?[jt]s)|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|pnpm-workspace\.yaml|yarn\.lock|servicex\.lock|coverage)$/

const TEST_FOLDER = /^(?:test|tests|e2e|__tests__|__mocks__|__fixtures__|__snapshots__)$/
const TEST_FILE = /\.(?:test|spec|test-d|bench)\.[cm]?[jt]sx?$/

/** Gives why a file of an installed package is left out. Licences stay: they have to travel with the code. */
export function leaveOutOfDependencies(entry: Entry): LeftOutReason | undefined {
  if (RECORDS.test(entry.path)) return 'records'
  if (TOOL_HALF.test(entry.path)) return 'tool-half'
  return leaveOutAnywhere(entry.path)
}

/** How the files of the app, or of a package of its repository, are looked at. */
export interface SourceFolder {
  /** The folder of its package.json; the top is the empty text. */
  readonly folder: string
  /** Whether Node runs its TypeScript as it is; otherwise that is only the source of what was built. */
  readonly runsTypeScript: boolean
  /** The module that starts the app: kept, whatever its name. */
  readonly main?: string
  /** Packed packages that are installed: their tarballs are not needed beside. */
  readonly tarballs?: readonly string[]
}

/** Gives why a file of the repository is left out. */
export function leaveOutOfSource(
  source: SourceFolder,
): (entry: Entry) => LeftOutReason | undefined {
  return ({ path }) => {
    if (path === source.main) return undefined
    const inside = isBelow(path, source.folder) ? path.slice(source.folder.length) : path
    const parts = inside.split('/').filter((part) => part !== '')
    const isPacked = source.tarballs?.includes(path) ?? false
    if (isPacked || parts.includes('node_modules')) return 'committed-packages'
    if (parts.some((part) => REPOSITORY_NAMES.test(part))) return 'repository'
    if (TEST_FILE.test(path) || isTestFolder(parts)) return 'tests'
    const reason = leaveOutAnywhere(path)
    if (reason !== undefined) return reason
    // The overrides of the manifests.
    if (parts[0] === 'kube' && parts.length > 1) return 'repository'
    return !source.runsTypeScript && TYPESCRIPT.test(path) ? 'source' : undefined
  }
}

function leaveOutAnywhere(path: string): LeftOutReason | undefined {
  if (SOURCE_MAP.test(path)) return 'source-map'
  if (DECLARATIONS.test(path)) return 'declarations'
  const name = nameOf(path)
  if (LICENCE.test(name)) return undefined
  return DOCUMENT.test(name) || DOCUMENT_NAME.test(name) ? 'documentation' : undefined
}

/** `test/` at the top of a package, `__tests__/` anywhere: a route may be called `test` too. */
function isTestFolder(parts: readonly string[]): boolean {
  const folders = parts.slice(0, -1)
  return folders.some(
    (part, depth) => TEST_FOLDER.test(part) && (depth === 0 || part.startsWith('__')),
  )
}
