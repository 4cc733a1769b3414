import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import type { PackageManager } from './project.ts'

/** A lockfile as it stands: JSON or YAML as an object, and Yarn 1's own language as a text. */
export type Lockfile =
  | { readonly manager: PackageManager; readonly record: Readonly<Record<string, unknown>> }
  | { readonly manager: 'yarn'; readonly text: string }

/** Reads a lockfile. Rejects with SERVICEX_PROJECT_INVALID when it is not in its manager's format. */
export async function readLockfile(path: string, manager: PackageManager): Promise<Lockfile> {
  const text = await readFile(path, 'utf8')
  if (manager === 'yarn' && !text.includes('__metadata:')) return { manager, text }
  try {
    const value: unknown = manager === 'npm' ? JSON.parse(text) : parse(text, { maxAliasCount: 0 })
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return { manager, record: value as Readonly<Record<string, unknown>> }
  } catch (cause) {
    throw invalid(path, manager, cause)
  }
  throw invalid(path, manager)
}

function invalid(path: string, manager: PackageManager, cause?: unknown): ServicexError {
  return new ServicexError('SERVICEX_PROJECT_INVALID', {
    summary: `${path} is no lockfile of ${manager}`,
    fix: `make it anew: ${manager} install`,
    ...(cause === undefined ? {} : { cause }),
  })
}
