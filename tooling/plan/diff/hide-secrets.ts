import { isSensitiveName } from '../../../src/convention/sensitive.ts'
import type { Manifest } from '../manifests/manifest.ts'

/** An object as it is, and as it would be; each may be absent. */
export interface ObjectPair {
  readonly before: Manifest | undefined
  readonly after: Manifest | undefined
}

/** An address with a password in it. */
const WITH_PASSWORD = /:\/\/[^/\s@:]*:[^/\s@]+@/

/**
 * Gives both objects with every secret value as its length: values of Secrets, of variables and of keys
 * whose names say so, and addresses with a password. One that becomes another says that it does.
 */
export function hideSecrets({ before, after }: ObjectPair): ObjectPair {
  const old = new Map<string, string>()
  return {
    before: hidden(before, (path, value) => {
      old.set(path, value)
      return toShown(value)
    }),
    after: hidden(after, (path, value) => {
      const was = old.get(path)
      return was === undefined || was === value
        ? toShown(value)
        : `${toShown(value)}, another than before`
    }),
  }
}

type Hide = (path: string, value: string) => string

function toShown(value: string): string {
  return `[redacted] ${value.length} characters`
}

function hidden(object: Manifest | undefined, hide: Hide): Manifest | undefined {
  if (object === undefined) return undefined
  const isSecret = object.kind === 'Secret'
  return walk(object, { path: '', isHeld: false, isSecret, hide }) as Manifest
}

interface Place {
  readonly path: string
  /** Every text from here on is secret. */
  readonly isHeld: boolean
  readonly isSecret: boolean
  readonly hide: Hide
}

function walk(value: unknown, place: Place): unknown {
  const { hide, isHeld, path } = place
  if (typeof value === 'string')
    return isHeld || WITH_PASSWORD.test(value) ? hide(path, value) : value
  if (Array.isArray(value))
    return value.map((item, index) =>
      walk(item, { ...place, path: `${path}/${nameOf(item) ?? index}` }),
    )
  if (typeof value !== 'object' || value === null) return value
  const name = nameOf(value) ?? ''
  const entries = Object.entries(value).map(([key, item]) => {
    const below = { ...place, path: `${path}/${key}`, isHeld: isHeld || holds(place, key, name) }
    return [key, walk(item, below)] as const
  })
  return Object.fromEntries(entries)
}

/** `data` of a Secret; `data: { DB_PASSWORD: … }`; `{ name: DB_PASSWORD, value: … }`. */
function holds({ path, isSecret }: Place, key: string, name: string): boolean {
  if (isSecret && path === '') return key === 'data' || key === 'stringData'
  if (path === '/data') return isSensitiveName(key)
  return key === 'value' && isSensitiveName(name)
}

function nameOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { name } = value as { readonly name?: unknown }
  return typeof name === 'string' ? name : undefined
}
