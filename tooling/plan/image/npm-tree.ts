import satisfies from 'semver/functions/satisfies.js'
import {
  findPackage,
  isLockOf,
  type LockedPackage,
  type LockedPackages,
  type Need,
  toNeeds,
} from './npm-lock.ts'
import type { RepositoryManifest } from './workspaces.ts'

/** What is to be installed, and where it will run: Node's words, and npm's for the C library. */
export interface TreeRequest {
  readonly packageJson: RepositoryManifest & { readonly overrides?: unknown }
  readonly packages: LockedPackages
  readonly scope: 'production' | 'all'
  readonly host: { readonly os: string; readonly cpu: string; readonly libc?: string }
}

/** A package, and the folder it is unpacked into. */
export interface TreePackage {
  readonly folder: string
  /** `sha512-…` of its tarball. */
  readonly integrity: string
  /** The tarball's path in the repository, when it is one of its files. */
  readonly file?: string
}

/** A link to a program of a package. */
export interface TreeProgram {
  readonly path: string
  readonly target: string
  /** The file it leads to, from the top folder. */
  readonly file: string
}

/** All that npm would put into node_modules. */
export interface Tree {
  readonly packages: readonly TreePackage[]
  readonly programs: readonly TreeProgram[]
}

/** Why npm has to decide itself. */
class Unsure extends Error {}

/**
 * Gives the tree that `npm ci --ignore-scripts` makes of a lockfile, or the reason why only npm itself
 * can say: a lockfile that does not fit its package.json, a package of git, two programs of one name.
 * Npm's own errors are its own to tell.
 */
export function planTree(request: TreeRequest): Tree | string {
  try {
    return toTree(request)
  } catch (error) {
    if (error instanceof Unsure) return error.message
    throw error
  }
}

function toTree(request: TreeRequest): Tree {
  const { packageJson, packages, scope } = request
  if (packageJson.overrides !== undefined) throw new Unsure('package.json has overrides')
  if (!isLockOf(packageJson, packages.get('')))
    throw new Unsure('the lockfile is not that of this package.json')
  const reached = findReached(request)
  for (const [folder, { dev, optional }] of packages) {
    const isExpected = scope === 'all' || dev !== true
    if (folder !== '' && isExpected !== reached.has(folder) && optional !== true)
      throw new Unsure(`the lockfile says something else of ${folder} than its packages`)
  }
  const folders = [...reached].toSorted()
  return {
    packages: folders.flatMap((folder) => toPackage(folder, packages.get(folder) ?? {})),
    programs: toPrograms(folders, packages),
  }
}

/** Follows what packages ask for, from the app on; past what is not for this platform. */
function findReached(request: TreeRequest): ReadonlySet<string> {
  const reached = new Set<string>()
  const queue = ['']
  for (let from = queue.pop(); from !== undefined; from = queue.pop())
    for (const folder of toAnswers(request, from)) {
      if (!reached.has(folder)) queue.push(folder)
      reached.add(folder)
    }
  return reached
}

/** Gives the folders of what one package asks for. */
function toAnswers({ packages, scope, host }: TreeRequest, from: string): readonly string[] {
  const needs = toNeeds(packages.get(from) ?? {}, from === '' && scope === 'all')
  return needs.flatMap((need) => {
    const folder = findPackage(packages, from, need.name)
    const found = folder === undefined ? undefined : packages.get(folder)
    if (folder !== undefined && found !== undefined && isFor(found, host)) {
      assertFits(folder, found, need)
      return [folder]
    }
    if (need.isOptional) return []
    throw new Unsure(
      `${from} needs ${need.name}, which is not in the lockfile, or not for this platform`,
    )
  })
}

/** Npm compares versions here too, and not the names that an alias stands for. */
function assertFits(folder: string, { version = '', resolved }: LockedPackage, need: Need): void {
  const range = /^npm:@?[^@]+@(.+)$/.exec(need.range)?.[1] ?? need.range
  if (/^file:.+\.tgz$/.test(range) && resolved === range) return
  if (!satisfies(version, range, { loose: true }))
    throw new Unsure(`${folder} ${version} is not ${range}`)
}

function toPackage(folder: string, locked: LockedPackage): TreePackage[] {
  if (locked.inBundle === true) return []
  const { integrity, resolved = '' } = locked
  if (locked.link === true || locked.hasShrinkwrap === true || !integrity?.startsWith('sha512-'))
    throw new Unsure(`${folder} comes from somewhere else than a registry`)
  const file = /^file:(.+\.tgz)$/.exec(resolved)?.[1]
  if (file === undefined && resolved !== '' && !/^https?:/.test(resolved))
    throw new Unsure(`${folder} comes from ${resolved.slice(0, 20)}`)
  return [{ folder, integrity, ...(file === undefined ? {} : { file }) }]
}

function toPrograms(folders: readonly string[], packages: LockedPackages): TreeProgram[] {
  const programs = new Map<string, TreeProgram>()
  for (const folder of folders) {
    const outer = folder.slice(0, folder.lastIndexOf('node_modules/') + 'node_modules'.length)
    const own = folder.slice(outer.length + 1)
    for (const [name, file] of Object.entries(packages.get(folder)?.bin ?? {})) {
      const path = `${outer}/.bin/${name}`
      const inside = file.replace(/^\.\//, '')
      if (programs.has(path)) throw new Unsure(`two packages bring a program ${name}`)
      if (!/^[\w@.-]+$/.test(name) || /(?:^|\/)\.\.?(?:\/|$)/.test(inside))
        throw new Unsure(`${folder} brings a program ${JSON.stringify(name)}`)
      programs.set(path, { path, target: `../${own}/${inside}`, file: `${folder}/${inside}` })
    }
  }
  return [...programs.values()]
}

function isFor({ os, cpu, libc }: LockedPackage, host: TreeRequest['host']): boolean {
  return (
    isAmong(os, host.os) &&
    isAmong(cpu, host.cpu) &&
    // Only Linux has two.
    (libc === undefined || (host.os === 'linux' && isAmong(libc, host.libc ?? '')))
  )
}

/** Lists may name what is meant, or what is not: `!win32`. */
function isAmong(list: readonly string[] | string | undefined, word: string): boolean {
  const words = typeof list === 'string' ? [list] : (list ?? [])
  if (words.includes(`!${word}`)) return false
  const named = words.filter((each) => !each.startsWith('!'))
  return named.length === 0 || named.includes(word) || named.includes('any')
}
