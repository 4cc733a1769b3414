import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The oldest release that package.json#engines allows, and one of the newest line. */
export const OTHER_NODES = ['22.22.3', '26.10.0'] as const

const home = join(import.meta.dirname, '../../node_modules/.cache/other-nodes')

/** Installs other releases of Node from npm, once, and gives the path of each binary. Throws where npm cannot. */
export function installOtherNodes(): Readonly<Record<(typeof OTHER_NODES)[number], string>> {
  const pathOf = (release: string): string =>
    join(home, 'node_modules', `node-${release}`, 'bin/node')
  if (!OTHER_NODES.every((release) => existsSync(pathOf(release)))) {
    // The npm package `node` fetches these in its install script; this is what it fetches.
    const platform = `node-${process.platform}-${process.arch}`
    const dependencies = Object.fromEntries(
      OTHER_NODES.map((release) => [`node-${release}`, `npm:${platform}@${release}`]),
    )
    mkdirSync(home, { recursive: true })
    writeFileSync(join(home, 'package.json'), JSON.stringify({ private: true, dependencies }))
    const words = ['install', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund']
    execFileSync('npm', words, { cwd: home, stdio: 'ignore' })
  }
  const [oldest, newest] = OTHER_NODES
  return { [oldest]: pathOf(oldest), [newest]: pathOf(newest) }
}
