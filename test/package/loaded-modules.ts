import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(import.meta.dirname, '../..')

/** What a child process loaded, Node's own modules left out. */
export interface LoadedModules {
  /** Files of servicex, as paths from dist/. */
  readonly own: readonly string[]
  /** What those files were built from, as paths from the repo's root. */
  readonly sources: readonly string[]
  /** npm packages whose code is in those files, each once. */
  readonly bundledPackages: readonly string[]
  /** npm packages that are loaded from their own files, each once. */
  readonly packages: readonly string[]
  /** Files of npm packages. */
  readonly packageFileCount: number
}

/**
 * Runs Node on `words` in the folder of a service that has servicex installed and nothing else, and
 * gives the modules it loaded. Throws when it fails.
 */
export function readLoadedModules(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): LoadedModules {
  const folder = mkdtempSync(join(tmpdir(), 'servicex-modules-'))
  const record = join(folder, 'modules.txt')
  const manifest = { name: 'stranger', type: 'module', dependencies: { servicex: '*' } }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules/servicex'))
  try {
    execFileSync(process.execPath, ['--import', preload(), ...words], {
      cwd: folder,
      env: { PATH: process.env['PATH'], ...env, RECORD_MODULES_TO: record },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    return toLoadedModules(readFileSync(record, 'utf8').trim().split('\n'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function preload(): string {
  return new URL('record-modules.ts', import.meta.url).href
}

function toLoadedModules(urls: readonly string[]): LoadedModules {
  const files = urls.filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url))
  const dist = join(root, 'dist/')
  const foreign = files.filter(isForeign)
  const own = files.filter((file) => file.startsWith(dist))
  const sources = own.flatMap(readSources)
  return {
    own: own.map((file) => file.slice(dist.length)),
    sources: sources.filter((source) => !isForeign(source)),
    bundledPackages: toPackageNames(sources.filter(isForeign)),
    packages: toPackageNames(foreign),
    packageFileCount: foreign.length,
  }
}

/** The bundler writes above each part of a file which source it comes from. */
function readSources(file: string): string[] {
  const marks = readFileSync(file, 'utf8').matchAll(
    /^\/\/(?:#region)? ?((?:src|tooling|node_modules)\/.+)$/gm,
  )
  return [...marks].map(([, source = '']) => source)
}

function isForeign(path: string): boolean {
  return /(^|\/)node_modules\//.test(path)
}

function toPackageNames(paths: readonly string[]): string[] {
  return [...new Set(paths.map(toPackageName))].toSorted()
}

function toPackageName(path: string): string {
  const [scope = '', name] = (path.split('node_modules/').at(-1) ?? '').split('/')
  return scope.startsWith('@') ? `${scope}/${name}` : scope
}
