import { createHash } from 'node:crypto'
import { access, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** The tarballs that npm has downloaded on this machine. */
export interface NpmCache {
  /** Says whether a tarball is there, without reading it. */
  readonly has: (integrity: string) => Promise<boolean>
  /** Gives a tarball. Rejects when it is not there, or is not what its checksum says. */
  readonly read: (integrity: string) => Promise<Buffer>
}

/** Settings by which npm makes another tree than the lockfile's own, or of other parts. */
const DECIDING =
  'install-strategy|legacy-bundling|global-style|legacy-peer-deps|strict-peer-deps|force|omit|include|only|production|dev|optional|also|bin-links|engine-strict|package-lock|install-links|shrinkwrap|os|cpu|libc|prefer-dedupe|umask'
const DECIDING_LINE = new RegExp(`^\\s*(?:${DECIDING})\\s*=`, 'm')
const DECIDING_VARIABLE = new RegExp(`^npm_config_(?:${DECIDING.replaceAll('-', '_')})$`, 'i')

/** The place of what npm keeps, below its cache. Source: cacache's content-v2, which npm has written since version 7. */
const CONTENT = '_cacache/content-v2/sha512'

/** Where npm's settings are. */
export interface NpmSettings {
  /** The .npmrc beside package.json, and the user's own. */
  readonly files: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Opens npm's cache; `undefined` where a setting would have npm make something else of a lockfile. Reads only. */
export function openNpmCache({ files, env }: NpmSettings): NpmCache | undefined {
  const isDecided =
    files.some((text) => DECIDING_LINE.test(text)) ||
    Object.keys(env).some((name) => DECIDING_VARIABLE.test(name))
  if (isDecided) return undefined
  const named = toCacheSetting(env) ?? files.map(toCacheLine).find((each) => each !== undefined)
  const folder = named ?? defaultFolder(env)
  const placeOf = (integrity: string): string => {
    const hex = Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex')
    return join(folder, CONTENT, hex.slice(0, 2), hex.slice(2, 4), hex.slice(4))
  }
  return {
    has: (integrity) =>
      access(placeOf(integrity)).then(
        () => true,
        () => false,
      ),
    read: async (integrity) => {
      const bytes = await readFile(placeOf(integrity))
      if (!isWhole(bytes, integrity)) throw new Error(`npm's cache is damaged: ${integrity}`)
      return bytes
    },
  }
}

/** Says whether bytes are those of a checksum: `sha512-` and base64. */
export function isWhole(bytes: Buffer, integrity: string): boolean {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}` === integrity
}

function toCacheSetting(env: NpmSettings['env']): string | undefined {
  return Object.entries(env).find(([name]) => /^npm_config_cache$/i.test(name))?.[1]
}

/** A path that is spelled with a variable is left to npm: nothing is found where it is not. */
function toCacheLine(npmrc: string): string | undefined {
  const path = /^\s*cache\s*=\s*(.+?)\s*$/m.exec(npmrc)?.[1]
  return path?.startsWith('~/') === true ? join(homedir(), path.slice(2)) : path
}

function defaultFolder(env: NpmSettings['env']): string {
  if (process.platform !== 'win32') return join(env['HOME'] ?? homedir(), '.npm')
  return join(env['LOCALAPPDATA'] ?? homedir(), 'npm-cache')
}
