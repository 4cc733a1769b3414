/** What a package asks for, as package.json and an npm lockfile write it. */
export interface PackageNeeds {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

/** One folder of packages in an npm lockfile. Source: npm's package-lock.json, version 2 and 3. */
export interface LockedPackage extends PackageNeeds {
  readonly version?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly link?: boolean
  readonly dev?: boolean
  readonly optional?: boolean
  /** It lies in the tarball of the package around it. */
  readonly inBundle?: boolean
  readonly hasShrinkwrap?: boolean
  readonly bin?: Readonly<Record<string, string>>
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
  readonly libc?: readonly string[]
}

/** The packages of a lockfile by their folder; that of the app is the empty text. */
export type LockedPackages = ReadonlyMap<string, LockedPackage>

/** One thing that a package asks for. */
export interface Need {
  readonly name: string
  readonly range: string
  readonly isOptional: boolean
}

const KINDS = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
] as const

/** Gives the packages of an npm lockfile; `undefined` for a text that is none, or of npm 6 and before. */
export function toLockedPackages(text: string): LockedPackages | undefined {
  const lock: unknown = JSON.parse(text)
  if (!isRecord(lock) || !isRecord(lock['packages'])) return undefined
  const entries = Object.entries(lock['packages'])
  if (!entries.every(([, value]) => isRecord(value))) return undefined
  return new Map(entries as [string, LockedPackage][])
}

/** Gives all that a package asks for; what only its developers need as well, when asked. */
export function toNeeds(each: PackageNeeds, withDev: boolean): Need[] {
  const optional = each.optionalDependencies ?? {}
  const toNeed =
    (isOptional: (name: string) => boolean) =>
    ([name, range]: [string, string]): Need => ({ name, range, isOptional: isOptional(name) })
  return [
    // An optional one stands among the others too, in what some tools write.
    ...Object.entries(each.dependencies ?? {})
      .filter(([name]) => !Object.hasOwn(optional, name))
      .map(toNeed(isNever)),
    ...Object.entries(optional).map(toNeed(() => true)),
    // An optional peer is used when it is there, and brings nothing in.
    ...Object.entries(each.peerDependencies ?? {})
      .filter(([name]) => each.peerDependenciesMeta?.[name]?.optional !== true)
      .map(toNeed(isNever)),
    ...(withDev ? Object.entries(each.devDependencies ?? {}).map(toNeed(isNever)) : []),
  ]
}

/** Says whether a lockfile was made of this package.json: they ask for the same. */
export function isLockOf(packageJson: PackageNeeds, root: LockedPackage | undefined): boolean {
  if (root === undefined) return false
  return KINDS.every((kind) => toText(packageJson, kind) === toText(root, kind))
}

/** Gives the folder that Node finds a package in, from another one; the innermost wins. */
export function findPackage(
  packages: LockedPackages,
  from: string,
  name: string,
): string | undefined {
  for (let folder: string | undefined = from; folder !== undefined; folder = toOuter(folder)) {
    const place = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`
    if (packages.has(place)) return place
  }
  return undefined
}

function isNever(): boolean {
  return false
}

function toOuter(folder: string): string | undefined {
  if (folder === '') return undefined
  const end = folder.lastIndexOf('/node_modules/')
  return end === -1 ? '' : folder.slice(0, end)
}

function toText(needs: PackageNeeds, kind: (typeof KINDS)[number]): string {
  const optional = kind === 'dependencies' ? (needs.optionalDependencies ?? {}) : {}
  const asked = Object.entries(needs[kind] ?? {}).filter(([name]) => !Object.hasOwn(optional, name))
  return JSON.stringify(asked.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
