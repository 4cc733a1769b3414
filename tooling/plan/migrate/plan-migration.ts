import { toDeclarationFile } from './declaration-file.ts'
import { migrateModule } from './migrate-module.ts'
import { migratePackage } from './migrate-package.ts'
import type { FileChange, Migration, MigrationFacts, ModuleFacts } from './migration.ts'

/** What stays beside servicex, and what can be done about it. */
const BESIDE: Readonly<Record<string, string>> = {
  winston: 'lines of winston are not in the log: use `log` of servicex in its place',
  bunyan: 'lines of bunyan are not in the log: use `log` of servicex in its place',
  pino: "`log` of servicex takes pino's arguments: import it in pino's place",
  'prom-client':
    'metrics of prom-client have a page of their own: declare them with `counter`, `histogram` and `gauge` of servicex',
  '@sentry/node': 'servicex reports errors: delete the call of Sentry.init',
  '@opentelemetry/sdk-node': 'servicex traces: delete the set-up of the SDK',
  dotenv: 'kube dev reads .env: dotenv is not needed',
}

const FASTIFY_LOGGER = /\bfastify\(\{[^}]*\blogger:\s*(?:true|\{)/i

/** Plans how an app comes under the convention. Changes nothing. */
export function planMigration(facts: MigrationFacts): Migration {
  const declaration = facts.hasDeclaration ? [] : [declarationChange(facts)]
  const modules = facts.modules.map((module) => {
    const isEntrypoint = facts.entrypoints.includes(module.path)
    const imported = isEntrypoint ? declarationFrom(facts, module) : undefined
    const { after, done } = migrateModule(module, {
      isEntrypoint,
      ...(imported === undefined ? {} : { declaration: imported }),
    })
    return { path: module.path, before: module.text, after, done }
  })
  const imported = new Set(modules.flatMap(({ path, after }) => namesIn(facts, path, after)))
  const { after, done } = migratePackage(facts, imported)
  const changes: readonly FileChange[] = [
    { path: 'package.json', before: facts.packageText, after },
    ...declaration,
    ...modules.map(({ path, before, after }) => ({ path, before, after })),
  ]
  return {
    changes: changes.filter(({ before, after }) => before !== after),
    done: [
      ...done,
      ...declaration.map(({ path }) => `${path} declares the service`),
      ...modules.flatMap((module) => module.done),
    ],
    left: toLeft(facts, imported),
  }
}

/** An app that is JavaScript, or TypeScript that Node runs as it is, gives its declaration to `init()`. */
function declarationFrom(facts: MigrationFacts, { path }: ModuleFacts): string | undefined {
  if (isBuilt(facts)) return undefined
  const up = '../'.repeat(path.split('/').length - 1)
  return `${up === '' ? './' : up}${declarationPath(facts)}`
}

function declarationChange(facts: MigrationFacts): FileChange {
  const reads = facts.modules.flatMap(({ places }) => places.envReads)
  return { path: declarationPath(facts), after: toDeclarationFile(facts.name, reads) }
}

/** A package of CommonJS needs a name that says it is an ES module. */
function declarationPath({ packageJson, modules, entrypoints }: MigrationFacts): string {
  const isTyped = modules.some(({ path }) => entrypoints.includes(path) && path.endsWith('ts'))
  if (isTyped) return packageJson.type === 'module' ? 'service.ts' : 'service.mts'
  return packageJson.type === 'module' ? 'service.js' : 'service.mjs'
}

/** A build writes elsewhere, and would not find a module outside of its folder. */
function isBuilt({ packageJson }: MigrationFacts): boolean {
  return /\b(?:tsc|nest|swc|esbuild|rollup|webpack|tsup)\b/.test(
    packageJson.scripts?.['build'] ?? '',
  )
}

/** Gives the packages that a module still imports once it is changed. */
function namesIn(facts: MigrationFacts, path: string, after: string): readonly string[] {
  const names = facts.modules.find((module) => module.path === path)?.places.imports ?? []
  return names
    .map(({ name }) => name)
    .filter((name) => after.includes(`'${name}'`) || after.includes(`"${name}"`))
}

function toLeft(facts: MigrationFacts, imported: ReadonlySet<string>): readonly string[] {
  return [
    ...facts.unread.map((path) => `${path} could not be read: look at it by hand`),
    ...(facts.entrypoints.length === 0
      ? [
          "no entrypoint was found: name it in package.json#main, and begin it with `import { init } from 'servicex'`",
        ]
      : []),
    ...Object.entries(BESIDE)
      .filter(([name]) => imported.has(name))
      .map(([, advice]) => advice),
    ...(facts.modules.some(({ text }) => FASTIFY_LOGGER.test(text))
      ? ['Fastify writes lines of its own: give it `loggerInstance: log` in place of `logger`']
      : []),
    ...(facts.hasPipeline ? [] : ['there is no CI pipeline: kube generate ci --github']),
    ...(facts.hasDockerfile
      ? ['kube build uses the Dockerfile that is there; without it, it needs none']
      : []),
  ]
}
