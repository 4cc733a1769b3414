import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { PackageJson } from '../../parse/project.ts'

/** Where an entry stands in services whose package.json names none. */
const USUAL = ['app', 'main', 'server', 'index'].flatMap((name) =>
  ['dist/', 'build/', 'src/', 'dist/src/', ''].flatMap((folder) =>
    ['js', 'mjs', 'cjs', 'ts', 'mts'].map((extension) => `${folder}${name}.${extension}`),
  ),
)

/** What is known of an app when its entry is looked for. */
export interface MainCandidates {
  readonly packageJson: PackageJson
  /** `package.json#servicex.image.main`. */
  readonly configured?: string
  /** Says whether a file of the app will be in the image. */
  readonly hasFile: (path: string) => boolean
}

/**
 * Finds the module that starts the app, relative to its package: the setting, `main`, the file that
 * the start script gives to node, then the usual places.
 *
 * Throws SERVICEX_IMAGE_MAIN_MISSING, which lists where it was looked for.
 */
export function findMain({ packageJson, configured, hasFile }: MainCandidates): string {
  const named =
    configured === undefined ? [packageJson.main, ...toStarted(packageJson)] : [configured]
  const tried = named.filter((path) => path !== undefined).map(toPlainPath)
  const usual = configured === undefined ? USUAL : []
  const found = [...tried.flatMap(toResolved), ...usual].find(hasFile)
  if (found !== undefined) return found
  throw new ServicexError('SERVICEX_IMAGE_MAIN_MISSING', {
    summary: 'the module that starts the app was not found',
    details: [
      ...tried.map((path) => `${path}  is named by package.json, and will not be in the image`),
      ...(usual.length > 0
        ? ['dist/, build/, src/ and the top hold no app, main, server or index']
        : []),
    ],
    fix: 'name it in package.json#main; when a build makes it, name the script "build"',
  })
}

/** Gives what the start script hands to node: `NODE_ENV=x node --flag dist/app.js`. */
function toStarted({ scripts }: PackageJson): string[] {
  const words = (scripts?.['start'] ?? '').split(/\s+/)
  const node = words.findIndex((word) => /(?:^|\/)node$/.test(word))
  return node === -1
    ? []
    : words.slice(node + 1).filter((word) => /^[^-].*\.[cm]?[jt]s$/.test(word))
}

function toPlainPath(path: string): string {
  return path.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '')
}

/** Node's own order for a path that names no file. */
function toResolved(path: string): string[] {
  return [path, `${path}.js`, `${path}/index.js`].map((place) => place.replace(/^\.?\//, ''))
}
