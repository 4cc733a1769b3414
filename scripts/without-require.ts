import { isBuiltin } from 'node:module'

const REQUIRE = /\brequire\(['"](?:node:)?([a-z0-9_]+)['"]\)/g

/**
 * Gives CommonJS code that takes Node's own modules without `require`: a module of ES has none, and
 * the one made of its URL is missing where a bundler makes CommonJS of it.
 */
export function withoutRequire(code: string): string {
  return code.replaceAll(REQUIRE, (call: string, name: string) =>
    isBuiltin(name) ? `globalThis.process.getBuiltinModule('node:${name}')` : call,
  )
}
