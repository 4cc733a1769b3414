import { accessSync, constants, globSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where Debian keeps servers that are not on a user's PATH; these win over wrappers that are. */
const SERVER_FOLDERS = [
  '/usr/lib/rabbitmq/bin',
  '/usr/lib/postgresql/*/bin',
  '/usr/sbin',
  '/usr/local/sbin',
]

/** The path of an installed program, the newest of several versions, or `undefined`. */
export function findBinary(name: string): string | undefined {
  const folders = [
    ...SERVER_FOLDERS.flatMap(expand),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ]
  return folders.map((folder) => join(folder, name)).find(isExecutable)
}

function expand(pattern: string): string[] {
  return globSync(pattern).toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
