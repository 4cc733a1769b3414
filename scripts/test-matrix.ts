// Runs the tests of the sources under each Node line that package.json#engines promises, besides the
// repo's own: the oldest release of the oldest line, and a release of the newest.
// `npm run test:matrix [-- <vitest arguments>]`; the binaries stay in node_modules/.cache.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const RELEASES = ['22.22.3', '26.10.0']

const root = join(import.meta.dirname, '..')
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const vitestArguments = process.argv.slice(2)

const failed = [process.versions.node, ...RELEASES].filter((release) => !passesUnder(release))
for (const release of failed) console.error(`the tests fail under Node ${release}`)
process.exitCode = failed.length === 0 ? 0 : 1

function passesUnder(release: string): boolean {
  const folder = release === process.versions.node ? ownFolder() : installNode(release)
  console.log(`\n── Node ${release}`)
  const path = `${folder}${delimiter}${process.env['PATH'] ?? ''}`
  const words = [vitest, 'run', '--project', 'source', ...vitestArguments]
  const { status } = spawnSync(join(folder, 'node'), words, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  })
  return status === 0
}

function ownFolder(): string {
  return join(process.execPath, '..')
}

/** Installs one Node release from npm, once, and gives the folder of its binary. */
function installNode(release: string): string {
  const home = join(root, 'node_modules/.cache', `node-${release}`)
  const folder = join(home, 'node_modules/node/bin')
  if (existsSync(join(folder, 'node'))) return folder
  mkdirSync(home, { recursive: true })
  // The npm package `node` fetches the platform's binary in its install script; npm asks for leave.
  const manifest = { private: true, dependencies: { node: release }, allowScripts: { node: true } }
  writeFileSync(join(home, 'package.json'), JSON.stringify(manifest))
  execFileSync('npm', ['install', '--prefix', home, '--no-package-lock'], {
    cwd: home,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return folder
}
