import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { extractDts, extractRuntime } from 'tsnapi'
import { expect, test } from 'vitest'
import { readFlatDeclarations } from './package/flat-declarations.ts'
import { readManifest } from './package/packed.ts'

const root = join(import.meta.dirname, '..')

/** How far from an export its types are followed. */
const TYPE_HOPS = 2

const { exports } = await readManifest()
const entries = Object.entries(exports).flatMap(([subpath, target]) =>
  typeof target === 'string' ? [] : [{ subpath: subpath.replace(/^\.\/?/, '') || 'index', target }],
)

test.for(entries)(
  'the public API of subpath $subpath is the one on record; `vitest -u` records a change',
  async ({ subpath, target }) => {
    const types = await extractDts('entry.d.ts', readFlatDeclarations(join(root, target.types)), {
      referenceTracingDepth: TYPE_HOPS,
      omitArgumentNames: false,
    })
    const code = withImports(readFileSync(join(root, target.default), 'utf8'))
    const runtime = await extractRuntime('entry.js', code, { chunkSources: readChunks() })
    const record = `// JavaScript\n\n${runtime.trim()}\n\n// Types\n\n${types.trim()}\n`
    await expect(record).toMatchFileSnapshot(`__snapshots__/public-api/${subpath}.txt`)
  },
)

function readChunks(): Map<string, string> {
  const folder = join(root, 'dist/runtime')
  const names = readdirSync(folder)
  return new Map(
    names.map((name) => [`./runtime/${name}`, readFileSync(join(folder, name), 'utf8')]),
  )
}

/**
 * Spells `export { a as b } from 'c'` as an import and an export, which are followed into the chunks. Names
 * of one letter are what other files of the package take of client.js.
 */
function withImports(code: string): string {
  return code
    .replaceAll(/^export \{([^}]*)\} (from .*)$/gm, 'import {$1} $2\nexport {$1};')
    .replaceAll(
      /^export \{([^}]*)\};$/gm,
      (_, names: string) =>
        `export {${names.replaceAll(/\w+ as \w,? /g, '').replaceAll(/\b\w+ as /g, '')}};`,
    )
}
