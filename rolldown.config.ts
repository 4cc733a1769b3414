import { join } from 'node:path'
import type { Plugin, RolldownOptions } from 'rolldown'
import { builtinModules } from './scripts/builtin-modules.ts'
import { builtinOtelApi, OTEL_API } from './scripts/builtin-otel-api.ts'
import { builtinPino } from './scripts/builtin-pino.ts'
import { builtinPromClient } from './scripts/builtin-prom-client.ts'
import { bundledLicenses } from './scripts/bundled-licenses.ts'
import { dashboardPage } from './scripts/dashboard-page.ts'
import { toChunkGroups } from './scripts/runtime-chunks.ts'
import { unusedHelpers } from './scripts/unused-helpers.ts'

/** Anything that is not a path, nor a package's name for a part of itself: npm packages and Node's own modules. */
const PACKAGE = /^[^./#]/
const BUILTIN = /^node:/

/** Packages whose used part goes into the runtime: see docs/decisions/0015. */
const BUILT_IN =
  /(?:^|\/node_modules\/)(?:@sentry\/|prom-client\b|pino\b|quick-format-unescaped\b|safe-stable-stringify\b|@opentelemetry\/(?:core|otlp-exporter-base|semantic-conventions)\b)/

const DOCTOR = 'src/doctor/index.ts'
/** What `import 'servicex'` loads, and what `import 'servicex/client'`. */
const CHUNKED = {
  service: join(import.meta.dirname, 'src/index.ts'),
  client: join(import.meta.dirname, 'src/client/index.ts'),
}

/** Entry name → source. The name is the file in dist/ that package.json#exports or #bin points to. */
const RUNTIME: Record<string, string> = {
  index: 'src/index.ts',
  register: 'src/register.ts',
  client: 'src/client/index.ts',
  contract: 'src/client/contract/index.ts',
  metrics: 'src/metrics/index.ts',
  testing: 'src/testing/index.ts',
  // No exports: `servicex doctor` loads the one, `kube` runs the other.
  doctor: DOCTOR,
  describe: 'src/describe/index.ts',
}

/** What a service loads, in files of its own each. */
export const RUNTIME_BUILDS: RolldownOptions[] = [
  {
    input: RUNTIME,
    // client.js holds what it exports, and what contract.js takes of it under names of one letter: one file
    // less is a fifth of the import of a generated client. The declarations do not have these names.
    preserveEntrySignatures: 'allow-extension',
    platform: 'node',
    external: (id) => PACKAGE.test(id) && id !== OTEL_API && !BUILT_IN.test(id),
    // Order of evaluation is part of what the runtime does: a module imported for its effect stays.
    treeshake: { moduleSideEffects: (id) => !BUILT_IN.test(id) },
    plugins: [
      builtinOtelApi(),
      builtinPino(),
      builtinPromClient(),
      builtinModules(),
      unusedHelpers(),
      bundledLicenses('runtime/LICENSES.txt'),
    ],
    output: {
      dir: 'dist',
      format: 'esm',
      chunkFileNames: 'runtime/[name].js',
      codeSplitting: { groups: toChunkGroups(CHUNKED) },
    },
  },
  {
    input: { 'runtime/otel-api': OTEL_API },
    platform: 'node',
    plugins: [bundledLicenses('runtime/otel-api-LICENSES.txt')],
    output: {
      dir: 'dist',
      format: 'esm',
      comments: { legal: true, annotation: false, jsdoc: false },
    },
  },
]

/**
 * The builds into dist/. The runtime keeps npm packages external but for those whose used part is built in, and
 * shares its chunks between the entries, so that there is one scope and one error class in a process. The tools carry
 * their packages inside, so that a production image does not; a command is a chunk of its own. They
 * share no chunk: `kube build` leaves kube.js and tool/ out of images, and `servicex doctor` runs in them.
 * The page of `kube dev` is one file beside the tool.
 */
const builds: RolldownOptions[] = [
  ...RUNTIME_BUILDS,
  toolBuild({ kube: 'tooling/main.ts' }, 'tool'),
  toolBuild({ servicex: 'tooling/servicex.ts' }, 'inspect'),
  toolBuild({ preset: 'tooling/preset.ts' }, 'preset'),
  // The page of `kube dev` is one file beside the tool.
  {
    input: 'dashboard/main.tsx',
    platform: 'browser',
    plugins: [bundledLicenses('tool/dashboard-LICENSES.txt'), dashboardPage('tool/dashboard.html')],
    output: { dir: 'dist', format: 'esm', minify: true },
  },
]

export default builds

function toolBuild(input: Record<string, string>, folder: string): RolldownOptions {
  return {
    input,
    platform: 'node',
    external: (id) => BUILTIN.test(id),
    plugins: [doctorOfRuntime(), builtinModules(), bundledLicenses(`${folder}/LICENSES.txt`)],
    output: {
      dir: 'dist',
      format: 'esm',
      chunkFileNames: `${folder}/[name].js`,
      minify: 'dce-only',
      // Nobody reads it, and a twelfth of the whole package was words.
      comments: { legal: true, annotation: false, jsdoc: false },
    },
  }
}

/** `servicex doctor` looks at a service with the runtime's own eyes: it loads the built runtime, and has no copy of it. */
function doctorOfRuntime(): Plugin {
  return {
    name: 'doctor-of-runtime',
    resolveId: (id) => (id.endsWith(DOCTOR) ? { id: './doctor.js', external: true } : null),
  }
}
