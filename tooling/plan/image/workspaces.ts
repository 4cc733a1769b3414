import type { PackageJson } from '../../parse/project.ts'
import { joinPath } from './entry.ts'
import { toTargetPath } from './links.ts'

/** A package of the repository: the app, or one beside it. */
export interface RepositoryPackage {
  /** Its folder below the one that holds the lockfile; that one itself is the empty text. */
  readonly folder: string
  readonly packageJson: RepositoryManifest
}

/** What is read of a package.json beside what the tool reads of the app's. */
export interface RepositoryManifest extends PackageJson {
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly exports?: unknown
}

/**
 * Gives the packages of the repository that `app` uses, over any number of steps, each after those it
 * uses itself: the order in which they are built. The app is not among them.
 */
export function toUsedPackages(
  app: RepositoryPackage,
  others: readonly RepositoryPackage[],
): readonly RepositoryPackage[] {
  const used = new Set<RepositoryPackage>()
  const visited = new Set<RepositoryPackage>([app])
  const visit = (user: RepositoryPackage): void => {
    for (const other of others) {
      if (visited.has(other) || !isUsed(user, other)) continue
      visited.add(other)
      visit(other)
      used.add(other)
    }
  }
  visit(app)
  return [...used]
}

/** Says whether Node is to run TypeScript of this package as it is: its entry is a .ts file. */
export function isTypeScriptPackage({ main, exports }: RepositoryManifest): boolean {
  const targets = [main, ...toTexts(exports)].filter((target) => target !== undefined)
  return targets.some((target) => /(?<!\.d)\.[cm]?ts$/.test(target))
}

/** Gives the folders of the repository that `file:`, `link:` and `portal:` dependencies name. */
export function toLinkedFolders({ folder, packageJson }: RepositoryPackage): string[] {
  const { dependencies, optionalDependencies } = packageJson
  return Object.values({ ...dependencies, ...optionalDependencies }).flatMap((range) => {
    const path = /^(?:file|link|portal):(.*)$/.exec(range)?.[1]
    if (path === undefined || /\.(?:tgz|tar\.gz|tar)$/.test(path)) return []
    const target = toTargetPath({ kind: 'link', path: joinPath(folder, 'x'), target: path })
    return target === undefined ? [] : [target]
  })
}

function isUsed(user: RepositoryPackage, other: RepositoryPackage): boolean {
  const { dependencies, optionalDependencies } = user.packageJson
  const { name } = other.packageJson
  const isNamed =
    name !== undefined && Object.hasOwn({ ...dependencies, ...optionalDependencies }, name)
  return isNamed || toLinkedFolders(user).includes(other.folder)
}

function toTexts(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(toTexts) : []
}
