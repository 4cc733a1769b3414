import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ServicexError } from '../../src/convention/servicex-error.ts'

interface ToolPackage {
  readonly version: string
  readonly engines: { readonly node: string }
}

/** Reads the version from the package this file is part of, built or not. */
export function readToolVersion(): string {
  return readToolPackage().version
}

/**
 * Throws SERVICEX_NODE_TOO_OLD for a Node of an older line than the package runs on: its commands would
 * end there with a stack of Node's own. Needs nothing itself that such a Node lacks.
 */
export function assertNode(version: string = process.versions.node): void {
  const { node: range } = readToolPackage().engines
  const [least = 0] = (/\d+/.exec(range) ?? []).map(Number)
  if (Number.parseInt(version, 10) >= least) return
  throw new ServicexError('SERVICEX_NODE_TOO_OLD', {
    summary: `this is Node ${version}; kube runs on ${range}`,
    fix: `npm install --save-dev node@24, and run it as npx kube; or install Node 24`,
  })
}

/** The nearest one above this file; by hand, as an older Node has no `findPackageJSON`. */
function readToolPackage(): ToolPackage {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const path = join(folder, 'package.json')
    if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as ToolPackage
    if (folder === dirname(folder)) throw new Error(`no package.json above ${import.meta.dirname}`)
  }
}
