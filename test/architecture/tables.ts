import type { Reach, VendorRule } from './rules.ts'

/**
 * The architecture: each folder, and the folders it may import. Reads top to bottom, like the data
 * does. Change it in the same commit as the code, with the reason in the commit's body.
 */
export const IMPORT_TABLE: Readonly<Record<string, Reach>> = {
  'src/convention': row(),
  // Formats that services send, as pure readers: the test helpers and the local dashboard have one set.
  'src/wire': row(),
  'src/config': row('convention'),
  'src/context': row('convention', 'config'),
  'src/instrumentation': row('convention', 'config', 'context'),
  'src/logging': row('convention', 'config', 'context', 'instrumentation'),
  'src/tracing': row('convention', 'config', 'context', 'instrumentation'),
  'src/metrics': row('convention', 'config', 'context', 'instrumentation'),
  'src/errors': row('convention', 'config', 'context', 'instrumentation'),
  'src/client': row('convention', 'config', 'context', 'instrumentation', ...signals()),
  'src/lifecycle': row(
    'convention',
    'config',
    'context',
    'instrumentation',
    ...signals(),
    'client',
  ),
  // Looks at all of it from outside, and is loaded by the bin alone.
  'src/doctor': row(
    'convention',
    'config',
    'context',
    'instrumentation',
    ...signals(),
    'client',
    'lifecycle',
  ),
  // What reads a declaration for the tool, in a process of its own.
  'src/describe': row('convention', 'config', 'client'),
  // Runs the policies of clients on a clock of its own; loaded by the tool alone.
  'src/simulation': row('client'),
  // `recordSignals` is a sink beside those of the signals.
  'src/testing': row('convention', 'context', 'wire'),
  src: row(
    'convention',
    'config',
    'context',
    'instrumentation',
    ...signals(),
    'client',
    'lifecycle',
  ),
  'tooling/parse': { values: ['src/convention'], types: [] },
  'tooling/plan': { values: ['src/convention', 'src/wire'], types: ['tooling/parse'] },
  'tooling/apply': {
    values: ['src/convention', 'src/wire', 'tooling/parse', 'tooling/plan'],
    types: [],
  },
  'tooling/report': {
    values: ['src/convention', 'tooling/parse', 'tooling/plan', 'tooling/apply'],
    types: [],
  },
  'tooling/command': {
    // `kube client simulate` runs the very policies of clients: they are pure.
    values: [
      'src/convention',
      'src/simulation',
      ...['parse', 'plan', 'apply', 'report'].map(inTooling),
    ],
    types: [],
  },
  tooling: {
    values: [
      'src/convention',
      'src/doctor',
      ...['parse', 'plan', 'apply', 'report', 'command'].map(inTooling),
    ],
    types: [],
  },
}

/** Each package, and the one place that may load it. A package without a row may not be imported. */
export const VENDOR_TABLE: readonly VendorRule[] = [
  { packages: /^(pino|sonic-boom)(\/|$)/, values: ['src/logging'], types: [] },
  {
    packages: /^@opentelemetry\/api(\/|$)/,
    values: ['src/instrumentation', 'src/tracing', 'src/metrics'],
    types: ['src/context'],
  },
  {
    packages: /^(@opentelemetry\/|(import|require)-in-the-middle(\/|$))/,
    values: ['src/tracing', 'src/instrumentation'],
    types: [],
  },
  { packages: /^prom-client$/, values: ['src/metrics'], types: [] },
  { packages: /^@sentry\/node(\/|$)/, values: ['src/errors'], types: [] },
  { packages: /^undici$/, values: ['src/client'], types: [] },
  { packages: /^zod(\/|$)/, values: ['src/client', 'tooling/parse'], types: ['src/config'] },
  { packages: /^yaml$/, values: ['tooling'], types: [] },
  { packages: /^(acorn|@sveltejs\/acorn-typescript)$/, values: ['tooling/parse'], types: [] },
  // Compiles the validators of generated clients; pure.
  { packages: /^ajv(\/|$)/, values: ['tooling/plan/client'], types: [] },
  { packages: /^diff$/, values: ['tooling/report'], types: [] },
  { packages: /^commander$/, values: ['tooling'], types: [] },
  { packages: /^fflate$/, values: ['tooling/apply'], types: [] },
  { packages: /^modern-tar$/, values: ['tooling/apply'], types: [] },
  { packages: /^semver(\/|$)/, values: ['tooling/plan/image'], types: [] },
]

/** Folders of pure functions: no import of Node's own modules. */
export const PURE_FOLDERS: readonly string[] = [
  'src/convention',
  'src/wire',
  'src/client/policies',
  'src/simulation',
  'tooling/plan',
]

/** The files and folders that may read the environment variables of the process. */
export const ENVIRONMENT_READERS: readonly string[] = [
  'src/config',
  'src/register.ts',
  // An app under test gets the variables of the test.
  'src/testing/spawned-app.ts',
  'tooling/parse',
  'tooling/main.ts',
  'tooling/servicex.ts',
]

function row(...folders: readonly string[]): Reach {
  return { values: folders.map((folder) => `src/${folder}`), types: [] }
}

function signals(): readonly string[] {
  return ['logging', 'tracing', 'metrics', 'errors']
}

function inTooling(folder: string): string {
  return `tooling/${folder}`
}
