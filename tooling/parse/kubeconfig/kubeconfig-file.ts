import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import { parseYamlDocuments } from '../yaml-documents.ts'

/** One named entry of a kubeconfig, and the folder its relative paths start from. */
export interface KubeconfigEntry {
  readonly folder: string
  readonly value: Readonly<Record<string, unknown>>
}

/** Every kubeconfig of this person, as one; an earlier file wins. */
export interface Kubeconfig {
  /** The files that were there. */
  readonly files: readonly string[]
  readonly contexts: ReadonlyMap<string, KubeconfigEntry>
  readonly clusters: ReadonlyMap<string, KubeconfigEntry>
  readonly users: ReadonlyMap<string, KubeconfigEntry>
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the files that `KUBECONFIG` names, else `~/.kube/config`; never one of the working directory.
 * Rejects with SERVICEX_KUBECONFIG_INVALID when one cannot be read; a missing one is skipped.
 */
export async function readKubeconfig(env: Environment): Promise<Kubeconfig> {
  const files = await Promise.all(toPaths(env).map(readOne))
  const found = files.filter((file) => file !== undefined)
  return {
    files: found.map(({ path }) => path),
    contexts: merge(found, 'contexts', 'context'),
    clusters: merge(found, 'clusters', 'cluster'),
    users: merge(found, 'users', 'user'),
  }
}

function toPaths(env: Environment): string[] {
  const named = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '')
  return named.length > 0 ? named : [join(env['HOME'] ?? homedir(), '.kube', 'config')]
}

interface KubeconfigFile {
  readonly path: string
  readonly value: Readonly<Record<string, unknown>>
}

async function readOne(path: string): Promise<KubeconfigFile | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw invalid(path, cause instanceof Error ? cause.message : String(cause))
  }
  const [document] = parseYamlDocuments(text)
  if (document === undefined) return undefined
  if (document.kind === 'problem') throw invalid(path, document.problem)
  if (typeof document.value !== 'object' || Array.isArray(document.value))
    throw invalid(path, 'it is no object')
  return { path, value: document.value as KubeconfigFile['value'] }
}

function merge(
  files: readonly KubeconfigFile[],
  list: string,
  field: string,
): ReadonlyMap<string, KubeconfigEntry> {
  const merged = new Map<string, KubeconfigEntry>()
  for (const { path, value } of files) {
    const entries = value[list]
    for (const entry of Array.isArray(entries) ? (entries as unknown[]) : []) {
      const { name, [field]: own } = (entry ?? {}) as Readonly<Record<string, unknown>>
      if (typeof name !== 'string' || typeof own !== 'object' || own === null) continue
      if (merged.has(name)) continue
      merged.set(name, { folder: dirname(path), value: own as KubeconfigEntry['value'] })
    }
  }
  return merged
}

function invalid(path: string, reason: string): ServicexError {
  return new ServicexError('SERVICEX_KUBECONFIG_INVALID', {
    summary: `the kubeconfig ${path} cannot be read: ${reason}`,
    fix: `correct ${path}, or point KUBECONFIG to another file`,
  })
}
