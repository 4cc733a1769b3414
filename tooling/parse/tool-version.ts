import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'

/** Reads the version from the package this file is part of, built or not. */
export function readToolVersion(): string {
  const path = findPackageJSON(import.meta.url)
  if (path === undefined) throw new Error(`no package.json above ${import.meta.url}`)
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string }
  return version
}
