import type { Plugin } from 'rolldown'

/** An import of the bundler's helpers by a file that uses none. */
const UNUSED = /^import ["']\.{1,2}\/(?:runtime\/)?rolldown-runtime\.js["'];\n/m

/** Takes the import of the bundler's helpers out of files that use none of them: a file more is half a millisecond of every start. */
export function unusedHelpers(): Plugin {
  return {
    name: 'unused-helpers',
    renderChunk: (code) => (UNUSED.test(code) ? { code: code.replace(UNUSED, '') } : null),
  }
}
