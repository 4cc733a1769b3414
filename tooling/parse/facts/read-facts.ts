import { readFile, realpath, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { parseAllDocuments } from 'yaml'
import type { Description } from '../../../src/convention/description.ts'
import { openGit } from '../git.ts'
import type { Project } from '../project.ts'
import { readToolVersion } from '../tool-version.ts'
import { toEntrypoints } from './entrypoints.ts'
import type { ManifestObject, PinnedBase, RepositoryFacts, TextFile } from './repository-facts.ts'
import { type SourceFile, toSourceFile } from './source-file.ts'

/** What the facts are read with besides the project. */
export interface FactsOptions {
  readonly description?: Description
  readonly pinnedBase?: PinnedBase
  readonly nowSeconds: number
}

/** A file of more bytes is not looked into: no source that a person wrote is longer. */
const MAX_BYTES = 1024 * 1024

const SOURCE =
  /^(?:(?:src|lib|app|server|api|routes|controllers|middleware|models|services|workers|jobs)\/.*|[^/]+)\.[cm]?[jt]s$/
const NO_SOURCE = /\.d\.[cm]?ts$|(?:^|[./-])(?:test|tests|spec|bench|config)(?:[./-]|$)/
const PIPELINE =
  /^(?:\.github\/workflows\/[^/]+\.ya?ml|\.gitlab-ci\.ya?ml|\.circleci\/config\.ya?ml|\.travis\.ya?ml|Jenkinsfile)$/
const DOCKERFILE = /^(?:Dockerfile|Containerfile)(?:\.[\w-]+)?$/
const MANIFEST = /^kube\/.*\.(?:ya?ml|json)$/
const DOTFILE = /(?:^|\/)(?:\.env(?:\.[\w.-]+)?|\.npmrc|\.yarnrc\.yml)$/

/** Reads what the rules look at: the files that git tracks or would track. Nothing of the repository is run. */
export async function readFacts(
  { root, name, packageJson, settings, lockfile, repository }: Project,
  { description, pinnedBase, nowSeconds }: FactsOptions,
): Promise<RepositoryFacts> {
  const paths = repository === undefined ? [] : await listFiles(root)
  const texts = (pattern: RegExp): Promise<readonly TextFile[]> =>
    readTexts(
      root,
      paths.filter((path) => pattern.test(path)),
    )
  const entrypoints = toEntrypoints({ description, packageJson, settings, paths })
  const modules = paths.filter(
    (path) => entrypoints.includes(path) || (SOURCE.test(path) && !NO_SOURCE.test(path)),
  )
  const [sources, pipelines, dockerfiles, manifests, dotfiles] = await Promise.all([
    readTexts(root, modules),
    readPipelines(root, repository),
    texts(DOCKERFILE),
    texts(MANIFEST),
    texts(DOTFILE),
  ])
  return {
    name: description?.name ?? name,
    packageJson,
    settings,
    paths,
    entrypoints,
    sources: sources.map(({ path, text }): SourceFile => toSourceFile(path, text)),
    pipelines,
    dockerfiles,
    manifests: manifests.flatMap(toObjects),
    dotfiles,
    nowSeconds,
    toolVersion: readToolVersion(),
    ...(description === undefined ? {} : { description }),
    ...(pinnedBase === undefined ? {} : { pinnedBase }),
    ...(lockfile === undefined ? {} : { lockfile: relative(root, lockfile) }),
  }
}

/** Lists what git tracks, or would, in a folder and below. */
async function listFiles(root: string): Promise<readonly string[]> {
  const git = await openGit(root)
  const listed = await git(['ls-files', '-z', '--cached', '--others', '--exclude-standard'])
  return [...new Set(listed.split('\0').filter((path) => path !== ''))].toSorted()
}

/** A CI system reads its files at the top of the repository, wherever in it the service is. */
async function readPipelines(root: string, top: string | undefined): Promise<readonly TextFile[]> {
  if (top === undefined) return []
  const paths = (await listFiles(top)).filter((path) => PIPELINE.test(path))
  const [texts, folder] = await Promise.all([readTexts(top, paths), realpath(root)])
  return texts.map(({ path, text }) => ({
    path: relative(folder, join(top, path)).split(sep).join('/'),
    text,
  }))
}

/** A file that was deleted and not committed is left out, and one that is too large. */
async function readTexts(root: string, paths: readonly string[]): Promise<readonly TextFile[]> {
  const files = await Promise.all(
    paths.map(async (path) => {
      try {
        const place = join(root, ...path.split('/'))
        const { size } = await stat(place)
        return size > MAX_BYTES ? [] : [{ path, text: await readFile(place, 'utf8') }]
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
        throw error
      }
    }),
  )
  return files.flat().map((file) => ({ ...file, path: file.path.split(sep).join('/') }))
}

/** A document that is no YAML is told of by `kube generate`; here it has no objects. */
function toObjects({ path, text }: TextFile): readonly ManifestObject[] {
  return parseAllDocuments(text).flatMap((document) => {
    if (!('toJS' in document) || document.errors.length > 0) return []
    try {
      const object: unknown = document.toJS({ maxAliasCount: 100 })
      return typeof object === 'object' && object !== null && !Array.isArray(object)
        ? [{ path, object: object as Readonly<Record<string, unknown>> }]
        : []
    } catch {
      return []
    }
  })
}
