import type { Dirent } from 'node:fs'
import { readdir, readFile, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { toEnvironmentName } from '../../src/convention/environments.ts'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { parseYamlDocuments } from './yaml-documents.ts'

/** The folder of a repository with what deviates from the derived manifests. */
export const OVERRIDES_FOLDER = 'kube'

/** One file of `kube/`, whole. */
export interface OverrideFile {
  /** From the app's folder: `kube/web.yaml`, `kube/prod/web.yaml`. */
  readonly path: string
  readonly text: string
}

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
  return toOverrides(await readOverrideFiles(root), environment)
}

/**
 * Reads the files of `kube/` for every environment, by path; none where there is no such folder.
 *
 * Rejects with SERVICEX_IMAGE_CONTENT_UNSAFE for a file that is a link out of `top`, where that is given.
 */
export async function readOverrideFiles(
  root: string,
  top?: string,
): Promise<readonly OverrideFile[]> {
  const entries = await listFolder(join(root, OVERRIDES_FOLDER))
  const folders = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${OVERRIDES_FOLDER}/${name}`)
    .toSorted()
  const paths = await Promise.all([OVERRIDES_FOLDER, ...folders].map((one) => listFiles(root, one)))
  return Promise.all(
    paths.flat().map(async (path) => {
      const place = join(root, path)
      if (top !== undefined) await assertInside(place, top, path)
      return { path, text: await readFile(place, 'utf8') }
    }),
  )
}

/** Gives what files of `kube/` hold for an environment: `kube/prod` is a folder of production too. */
export function toOverrides(files: readonly OverrideFile[], environment: string): Overrides {
  const common = files.filter(({ path }) => path.split('/').length === 2)
  const own = files.filter(({ path }) => {
    const [, folder = '', name] = path.split('/')
    return name !== undefined && toEnvironmentName(folder) === environment
  })
  const found = [...common, ...own].flatMap(toFound)
  return {
    overrides: found.flatMap((one) => (one.kind === 'override' ? [one.override] : [])),
    problems: found.flatMap((one) => (one.kind === 'problem' ? [one.problem] : [])),
  }
}

type Found =
  | { readonly kind: 'override'; readonly override: Override }
  | { readonly kind: 'problem'; readonly problem: string }

function toFound({ path, text }: OverrideFile): readonly Found[] {
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

async function listFiles(root: string, folder: string): Promise<readonly string[]> {
  const entries = await listFolder(join(root, folder))
  return entries
    .filter((entry) => !entry.isDirectory() && /\.(?:ya?ml|json)$/.test(entry.name))
    .map(({ name }) => `${folder}/${name}`)
    .toSorted()
}

/** What stands in an image is read by everyone who may pull it: no file of the machine may come in. */
async function assertInside(place: string, top: string, path: string): Promise<void> {
  const [real, inside] = await Promise.all([realpath(place), realpath(top)])
  if (real.startsWith(`${inside}${sep}`)) return
  throw new ServicexError('SERVICEX_IMAGE_CONTENT_UNSAFE', {
    summary: `${path} is a link out of the repository`,
    fix: 'put the file itself there',
  })
}

async function listFolder(path: string): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
