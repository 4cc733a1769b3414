import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

const root = join(import.meta.dirname, '../..')
const FIXTURES = join(root, 'test/fixtures/order')

/** An app's folder outside of the repo, with what its package manager would have put there. */
export interface AppFolder {
  readonly path: string
  /** Copies a folder to a place in this one. */
  copy(from: string, place: string): void
  /** Copies a package of the repo to a place in the folder; `changes` go into its package.json. */
  install(name: string, place: string, changes?: Readonly<Record<string, unknown>>): void
  /** Links a place in the folder to another one, or to a folder outside. */
  link(place: string, target: string): void
  close(): void
}

/** What an app's folder begins with. */
export interface AppOptions {
  /** Packages of the repo that the app depends on, linked into its node_modules. */
  readonly packages?: readonly string[]
  /** Dependencies that package.json names and the folder does not have. */
  readonly missing?: readonly string[]
  /** The folder of the built runtime; without it the app has no servicex installed. */
  readonly runtime?: string
  /** Whether there is a package.json; default true. */
  readonly manifest?: boolean
}

/** Makes an app's folder with every fixture of the apps in it. */
export function makeAppFolder(options: AppOptions): AppFolder {
  const { packages = [], missing = [], runtime, manifest = true } = options
  const path = mkdtempSync(join(tmpdir(), 'servicex-app-'))
  const names = [...packages, ...missing, ...(runtime === undefined ? [] : ['servicex'])]
  const dependencies = Object.fromEntries(names.map((name) => [name, '*']))
  if (manifest)
    writeFileSync(join(path, 'package.json'), JSON.stringify({ name: 'shop', dependencies }))
  cpSync(FIXTURES, path, { recursive: true })
  const folder: AppFolder = {
    path,
    copy: (from, place) => cpSync(from, join(path, place), { recursive: true }),
    install(name, place, changes) {
      folder.copy(join(root, 'node_modules', name), place)
      if (changes !== undefined) changeManifest(join(path, place, 'package.json'), changes)
    },
    link(place, target) {
      const link = join(path, place)
      mkdirSync(dirname(link), { recursive: true })
      symlinkSync(resolve(path, target), link)
    },
    close: () => rmSync(path, { recursive: true, force: true }),
  }
  for (const name of packages) linkOutside(path, name, join(root, 'node_modules', name))
  if (runtime !== undefined) linkOutside(path, 'servicex', runtime)
  return folder
}

function linkOutside(path: string, name: string, target: string): void {
  const link = join(path, 'node_modules', name)
  mkdirSync(dirname(link), { recursive: true })
  symlinkSync(target, link)
}

function changeManifest(file: string, changes: Readonly<Record<string, unknown>>): void {
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  writeFileSync(file, JSON.stringify({ ...manifest, ...changes }))
}
