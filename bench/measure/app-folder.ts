import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const BENCH = join(import.meta.dirname, '..')
const SERVICEX = join(BENCH, '..')
const PEERS = join(BENCH, 'peers/node_modules')

/** A folder as a service has it: programs, package.json, and node_modules of what it installs. */
export interface AppFolder {
  readonly path: string
  readonly close: () => void
}

/**
 * Puts the bench's programs into a folder outside of this repository, beside a node_modules of
 * exactly these packages, so that nothing of the repository's is found by accident. The caller
 * closes it. Throws when a package has not been installed by `npm run bench:install`.
 */
export function openAppFolder(packages: readonly string[]): AppFolder {
  const path = mkdtempSync(join(tmpdir(), 'servicex-bench-'))
  cpSync(BENCH, path, { recursive: true, filter: isProgram })
  const dependencies = Object.fromEntries(packages.map((name) => [name, '*']))
  writeFileSync(join(path, 'package.json'), JSON.stringify({ name: 'bench-app', dependencies }))
  for (const name of packages) link(path, name)
  return { path, close: () => rmSync(path, { recursive: true }) }
}

function isProgram(source: string): boolean {
  return source !== dirname(PEERS) && !/\.(?:ts|md|cpuprofile)$/.test(source)
}

function link(folder: string, name: string): void {
  const path = join(folder, 'node_modules', name)
  mkdirSync(dirname(path), { recursive: true })
  if (name === 'servicex') return copyServicex(path)
  const target = join(PEERS, name)
  if (!existsSync(target)) throw new Error(`${name} is not installed — fix: npm run bench:install`)
  symlinkSync(target, path)
}

/** A copy of the built package, as npm would install it: a build during a run changes nothing. */
function copyServicex(path: string): void {
  for (const part of ['dist', 'package.json'])
    cpSync(join(SERVICEX, part), join(path, part), { recursive: true })
  symlinkSync(join(SERVICEX, 'node_modules'), join(path, 'node_modules'))
}
