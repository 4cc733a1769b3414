import { type FileEntry, type Entry, isBelow, joinPath, nameOf } from './entry.ts'
import type { RepositoryPackage } from './workspaces.ts'
import { toTargetPath } from './links.ts'
import { toLinkedFolders } from './workspaces.ts'

/** Files at the top of a repository that change what a package manager installs. */
const TOP_FILES: ReadonlySet<string> = new Set([
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  '.pnpmfile.cjs',
  'package-lock.json',
  'npm-shrinkwrap.json',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  'yarn.lock',
])

/** Folders at the top whose files it reads: patches, and yarn itself. */
const TOP_FOLDERS = ['patches', '.yarn/patches', '.yarn/releases', '.yarn/plugins', '.yarn/cache']

/** Fields of a package.json that decide what is installed; a new version of the app is not one. */
const FIELDS = [
  'name',
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'dependenciesMeta',
  'bundleDependencies',
  'bundledDependencies',
  'overrides',
  'resolutions',
  'workspaces',
  'packageManager',
  'pnpm',
  'bin',
  'os',
  'cpu',
  'libc',
]

/** Gives the files of a commit that the package manager needs to install: these alone are laid before it. */
export function selectInstallInputs(
  entries: readonly Entry[],
  packages: readonly RepositoryPackage[],
): readonly Entry[] {
  const manifests = new Set(packages.map(({ folder }) => joinPath(folder, 'package.json')))
  const linked = packages.flatMap(toLinkedPlaces)
  return entries.filter(
    ({ path }) =>
      manifests.has(path) ||
      TOP_FILES.has(path) ||
      TOP_FOLDERS.some((folder) => isBelow(path, folder)) ||
      linked.some((place) => isBelow(path, place)),
  )
}

/** Gives a package.json without what an install does not look at, as text that is the same for the same. */
export function toInstallFields(packageJson: object): string {
  const known = new Map(Object.entries(packageJson))
  return JSON.stringify(
    FIELDS.flatMap((field) => (known.has(field) ? [[field, known.get(field)]] : [])),
  )
}

/** Gives an .npmrc without the lines that hold tokens: who installs does not change what is installed. */
export function withoutTokens(npmrc: string): string {
  return npmrc
    .split('\n')
    .filter(
      (line) => !/(?:_authToken|_auth|_password|username|email|certfile|keyfile)\s*=/.test(line),
    )
    .join('\n')
}

/** Says whether a file is a package.json. */
export function isManifest(entry: Entry): entry is FileEntry {
  return entry.kind === 'file' && nameOf(entry.path) === 'package.json'
}

/** Gives the tarballs of the repository that are dependencies: what is in them is installed. */
export function toTarballPaths({ folder, packageJson }: RepositoryPackage): string[] {
  const { dependencies, devDependencies, optionalDependencies } = packageJson
  return Object.values({ ...dependencies, ...devDependencies, ...optionalDependencies }).flatMap(
    (range) => {
      const path = /^file:(.*\.(?:tgz|tar\.gz|tar))$/.exec(range)?.[1]
      const target =
        path && toTargetPath({ kind: 'link', path: joinPath(folder, 'package.json'), target: path })
      return target === undefined || target === '' ? [] : [target]
    },
  )
}

/** Folders and tarballs of the repository that are dependencies. */
function toLinkedPlaces(each: RepositoryPackage): string[] {
  const { packageJson } = each
  const dependencies = { ...packageJson.dependencies, ...packageJson.devDependencies }
  const all = { folder: each.folder, packageJson: { ...packageJson, dependencies } }
  return [...toLinkedFolders(all), ...toTarballPaths(each)]
}
