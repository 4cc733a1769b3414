import type { RolldownOptions } from 'rolldown'

/** Anything that is not a path: npm packages and Node's own modules. */
const PACKAGE = /^[^./]/
const BUILTIN = /^node:/

/** Entry name → source. The name is the file in dist/ that package.json#exports or #bin points to. */
const RUNTIME: Record<string, string> = {
  index: 'src/index.ts',
  register: 'src/register.ts',
  client: 'src/client/index.ts',
  metrics: 'src/metrics/index.ts',
  testing: 'src/testing/index.ts',
}
const TOOLS: Record<string, string> = {
  kube: 'tooling/main.ts',
  servicex: 'tooling/servicex.ts',
}

/**
 * Two builds into dist/. The runtime keeps every npm package external, and shares its chunks
 * between the entries, so that there is one scope and one error class in a process. The tools carry
 * their packages inside, so that a production image does not; a command is a chunk of its own.
 */
const builds: RolldownOptions[] = [
  {
    input: RUNTIME,
    platform: 'node',
    external: PACKAGE,
    // Order of evaluation is part of what the runtime does: a module imported for its effect stays.
    treeshake: { moduleSideEffects: true },
    output: { dir: 'dist', format: 'esm', chunkFileNames: 'runtime/[name].js' },
  },
  {
    input: TOOLS,
    platform: 'node',
    external: BUILTIN,
    output: { dir: 'dist', format: 'esm', chunkFileNames: 'tool/[name].js', minify: 'dce-only' },
  },
]

export default builds
