import type { LockedPackage, LockedTree } from './locked-package.ts'

/** What a bill of materials is about. */
export interface SbomSubject {
  readonly name: string
  readonly revision: string
  /** RFC 3339. */
  readonly created: string
  /** The image that it is built on. */
  readonly base?: { readonly name: string; readonly digest: string }
  readonly toolVersion: string
}

/** Where an image runs, in npm's words. */
export interface SbomPlatform {
  readonly os: string
  readonly cpu: string
  readonly libc: string
}

/** A bill of materials. Source: CycloneDX 1.6. */
export interface CycloneDx {
  readonly $schema: string
  readonly bomFormat: 'CycloneDX'
  readonly specVersion: '1.6'
  readonly version: 1
  readonly metadata: object
  readonly components: readonly object[]
  readonly dependencies: readonly Dependency[]
}

interface Dependency {
  readonly ref: string
  readonly dependsOn: readonly string[]
}

/** The media type of a bill, and the type of the artifact that it is in a registry. */
export const CYCLONEDX_TYPE = 'application/vnd.cyclonedx+json'

/**
 * Gives the bill of materials of an image: the packages that its lockfile puts into it on any of its
 * platforms, and the base. What the base holds is not in it: that is for who made the base to say.
 * The same parts give the same bill.
 */
export function toCycloneDx(
  subject: SbomSubject,
  tree: LockedTree,
  platforms: readonly SbomPlatform[],
): CycloneDx {
  const fitting = [...tree.packages].filter(([, each]) => platforms.some((one) => fits(each, one)))
  const refs = new Map(fitting.map(([key, each]) => [key, toPackageUrl(each)]))
  const toRefs = (keys: readonly string[]): string[] =>
    [...new Set(keys.flatMap((key) => refs.get(key) ?? []))].sort()
  const app = `${subject.name}@${subject.revision}`
  const base = toBase(subject)
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      timestamp: subject.created,
      tools: { components: [{ type: 'application', name: 'kube', version: subject.toolVersion }] },
      component: {
        type: 'application',
        'bom-ref': app,
        name: subject.name,
        version: subject.revision,
      },
    },
    components: [...base, ...toComponents(fitting.map(([, each]) => each))],
    dependencies: joinNeeds([
      { ref: app, dependsOn: [...base.map((one) => one['bom-ref']), ...toRefs(tree.roots)] },
      ...fitting.map(([key, { needs }]) => ({
        ref: refs.get(key) ?? key,
        dependsOn: toRefs(needs),
      })),
    ]),
  }
}

/** Gives a package's address that does not depend on where it came from. Source: the package-url specification, type npm. */
export function toPackageUrl({ name, version }: Pick<LockedPackage, 'name' | 'version'>): string {
  return `pkg:npm/${name.split('/').map(encodeURIComponent).join('/')}@${encodeURIComponent(version)}`
}

/** Says whether a package is installed on a platform; `!win32` is everywhere else. */
function fits({ os, cpu, libc }: LockedPackage, platform: SbomPlatform): boolean {
  return allows(os, platform.os) && allows(cpu, platform.cpu) && allows(libc, platform.libc)
}

function allows(list: readonly string[], value: string): boolean {
  const refused = list.filter((word) => word.startsWith('!')).map((word) => word.slice(1))
  const named = list.filter((word) => !word.startsWith('!'))
  return !refused.includes(value) && (named.length === 0 || named.includes(value))
}

function toBase({ base }: SbomSubject): { readonly 'bom-ref': string }[] {
  if (base === undefined) return []
  const ref = `${base.name}@${base.digest}`
  return [{ type: 'container', 'bom-ref': ref, name: base.name, version: base.digest }] as never
}

/** A package that stands in several places is one component; it is optional when it is nowhere needed. */
function toComponents(packages: readonly LockedPackage[]): object[] {
  const byUrl = Map.groupBy(packages, toPackageUrl)
  return [...byUrl]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([url, [first, ...others]]) =>
      first === undefined ? [] : [toComponent(url, first, [first, ...others])],
    )
}

function toComponent(
  url: string,
  { name, version, integrity, license }: LockedPackage,
  places: readonly LockedPackage[],
): object {
  const slash = name.indexOf('/')
  const hashes = toHashes(integrity)
  return {
    type: 'library',
    'bom-ref': url,
    ...(slash === -1 ? {} : { group: name.slice(0, slash) }),
    name: name.slice(slash + 1),
    version,
    scope: places.every(({ isOptional }) => isOptional) ? 'optional' : 'required',
    ...(hashes.length === 0 ? {} : { hashes }),
    ...(license === undefined ? {} : { licenses: [toLicence(license)] }),
    purl: url,
  }
}

/** One hash, in base64 that is whole. */
const INTEGRITY =
  /^(\w+)-((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)(?:\?.*)?$/

/** The algorithms of Subresource Integrity: as CycloneDX calls them, and how long their hashes are. */
const ALGORITHMS: Readonly<Record<string, readonly [name: string, bytes: number]>> = {
  sha1: ['SHA-1', 20],
  sha256: ['SHA-256', 32],
  sha384: ['SHA-384', 48],
  sha512: ['SHA-512', 64],
}

function toHashes(integrity = ''): object[] {
  return integrity.split(/\s+/).flatMap((one) => {
    const [, algorithm = '', base64 = ''] = INTEGRITY.exec(one) ?? []
    const [alg, bytes = 0] = ALGORITHMS[algorithm] ?? []
    const content = toHex(base64)
    return alg === undefined || content.length !== bytes * 2 ? [] : [{ alg, content }]
  })
}

function toHex(base64: string): string {
  const bytes = Array.from(atob(base64), (character) => character.charCodeAt(0))
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** What is no SPDX expression is a name. */
function toLicence(license: string): object {
  const isExpression = /^\(*[\w.+-]+\)*(?: (?:AND|OR|WITH) \(*[\w.+-]+\)*)*$/.test(license)
  return isExpression && license !== 'UNLICENSED'
    ? { expression: license }
    : { license: { name: license } }
}

/** One entry a component: places of the same package may need different ones. */
function joinNeeds(dependencies: readonly Dependency[]): Dependency[] {
  return [...Map.groupBy(dependencies, ({ ref }) => ref)].map(([ref, each]) => ({
    ref,
    dependsOn: [...new Set(each.flatMap(({ dependsOn }) => dependsOn))].sort(),
  }))
}
