import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const root = join(import.meta.dirname, '../..')
const LOCK = join(root, 'node_modules/.cache/servicex-build.lock')
const LOCK_STALE_MS = 120_000
const INPUTS = [
  'src',
  'tooling',
  'dashboard',
  'package.json',
  'rolldown.config.ts',
  'scripts',
  'tsconfig.build.json',
]
const OUTPUTS = ['dist/types', 'dist/index.js', 'dist/kube.js', 'dist/tool/dashboard.html']

/** Builds dist/ before the package tests when a source is newer than it; two runs at once build once. */
export default async function buildOnce(): Promise<void> {
  await acquire()
  try {
    if (newest(INPUTS) > oldest(OUTPUTS)) build()
  } finally {
    rmSync(LOCK, { recursive: true, force: true })
  }
}

function build(): void {
  execFileSync('npm', ['run', '--silent', 'build'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}

async function acquire(): Promise<void> {
  mkdirSync(join(LOCK, '..'), { recursive: true })
  while (!tryLock()) {
    if (Date.now() - mtime(LOCK) > LOCK_STALE_MS) rmSync(LOCK, { recursive: true, force: true })
    await delay(100)
  }
}

function tryLock(): boolean {
  try {
    mkdirSync(LOCK)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function newest(paths: readonly string[]): number {
  return Math.max(...paths.map((path) => newestIn(join(root, path))))
}

function oldest(paths: readonly string[]): number {
  return Math.min(...paths.map((path) => newestIn(join(root, path))))
}

function newestIn(path: string): number {
  const own = mtime(path)
  if (own === 0 || !statSync(path).isDirectory()) return own
  return Math.max(own, ...readdirSync(path).map((name) => newestIn(join(path, name))))
}

function mtime(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
