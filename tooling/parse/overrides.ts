import type { Dirent } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toEnvironmentName } from '../../src/convention/environments.ts'
import { parseYamlDocuments } from './yaml-documents.ts'

/** The folder of a repository with what deviates from the derived manifests. */
export const OVERRIDES_FOLDER = 'kube'

/** One object of a file in `kube/`, as it stands there. */
export interface Override {
  /** From the app's folder, with its line: `kube/web.yaml:3`. */
  readonly place: string
  readonly value: unknown
}

/** What `kube/` holds for an environment. */
export interface Overrides {
  /** Those of every environment before those of this one; in each, by file name. */
  readonly overrides: readonly Override[]
  /** What could not be read, with its place. */
  readonly problems: readonly string[]
}

/** Reads `kube/*.yaml` and then `kube/<environment>/*.yaml` of the app in `root`. A repository may have neither. */
export async function readOverrides(root: string, environment: string): Promise<Overrides> {
  const folders = await environmentFolders(root, environment)
  const files = await Promise.all(
    [OVERRIDES_FOLDER, ...folders].map((folder) => readFolder(root, folder)),
  )
  const found = files.flat()
  return {
    overrides: found.flatMap((one) => (one.kind === 'override' ? [one.override] : [])),
    problems: found.flatMap((one) => (one.kind === 'problem' ? [one.problem] : [])),
  }
}

type Found =
  | { readonly kind: 'override'; readonly override: Override }
  | { readonly kind: 'problem'; readonly problem: string }

/** `kube/prod` is a folder of production too. */
async function environmentFolders(root: string, environment: string): Promise<string[]> {
  const entries = await listFolder(join(root, OVERRIDES_FOLDER))
  return entries
    .filter((entry) => entry.isDirectory() && toEnvironmentName(entry.name) === environment)
    .map(({ name }) => `${OVERRIDES_FOLDER}/${name}`)
    .toSorted()
}

async function readFolder(root: string, folder: string): Promise<Found[]> {
  const entries = await listFolder(join(root, folder))
  const names = entries
    .filter((entry) => !entry.isDirectory() && /\.(?:ya?ml|json)$/.test(entry.name))
    .map(({ name }) => name)
    .toSorted()
  const files = await Promise.all(names.map((name) => readOne(root, `${folder}/${name}`)))
  return files.flat()
}

async function readOne(root: string, path: string): Promise<Found[]> {
  const text = await readFile(join(root, path), 'utf8')
  return parseYamlDocuments(text).flatMap((document): Found[] => {
    const place = `${path}:${document.line}`
    if (document.kind === 'problem')
      return [{ kind: 'problem', problem: `${place}  ${document.problem}` }]
    return toItems(document.value).map((value) => ({
      kind: 'override',
      override: { place, value },
    }))
  })
}

/** `kind: List` holds the objects of `kubectl get -o yaml`. */
function toItems(value: unknown): readonly unknown[] {
  const { kind, items } = (value ?? {}) as { readonly kind?: unknown; readonly items?: unknown }
  return kind === 'List' && Array.isArray(items) ? items : [value]
}

async function listFolder(path: string): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
