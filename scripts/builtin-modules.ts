import { isBuiltin } from 'node:module'
import type { Plugin } from 'rolldown'

/** The imports of a file; further down, the same words may be text. */
const HEAD = /^(?:#!.*\n)?(?:import .*;\n)+/
/** An import as the bundler writes it, with its default, its namespace or its names, and what it is from. */
const IMPORT = /^import (?:([\w$]+)(?:, )?)?(?:\* as ([\w$]+)|(\{[^}]*\}))? from "([^"]+)";$/gm
/** OpenTelemetry's delivery imports node:http when it first delivers, and awaits it: it may get what is no promise. */
const DYNAMIC_IMPORT = /\bimport\(["'](?:node:)?(https?)["']\)/g

/**
 * Takes Node's own modules as CommonJS does. An `import` of one makes a wrapper, which reads every export, and
 * some of those load what nobody asked for: 40 ms of processor time for node:http, 5 for node:crypto, 2 each for
 * node:fs and node:util.
 */
export function builtinModules(): Plugin {
  return {
    name: 'builtin-modules',
    renderChunk: (code) => ({
      code: code
        .replace(HEAD, (head) => head.replaceAll(IMPORT, toConstants))
        .replaceAll(DYNAMIC_IMPORT, (_import, name: string) => take(`node:${name}`)),
    }),
  }
}

function toConstants(
  statement: string,
  whole: string | undefined,
  namespace: string | undefined,
  names: string | undefined,
  id: string,
): string {
  if (!isBuiltin(id)) return statement
  const pattern = names?.replaceAll(' as ', ': ')
  return [whole, namespace, pattern]
    .filter((target) => target !== undefined)
    .map((target) => `const ${target} = ${take(id)};`)
    .join(' ')
}

function take(id: string): string {
  return `globalThis.process.getBuiltinModule("${id}")`
}
