import type { MigrationFacts } from './migration.ts'

/** What package.json becomes, and what was done in it. */
export interface MigratedPackage {
  readonly after: string
  readonly done: readonly string[]
}

/** Packages that are of no more use once nothing imports them. */
const REPLACED = ['morgan', 'pino-http'] as const

/** Adds servicex (and zod, for the declaration), the stamp of the tool, and takes out access loggers that nothing imports. */
export function migratePackage(
  facts: MigrationFacts,
  imported: ReadonlySet<string>,
): MigratedPackage {
  const { packageText, packageJson, servicexRange, zodRange, toolVersion } = facts
  const dependencies = { ...packageJson.dependencies }
  const gone = REPLACED.filter((name) => name in dependencies && !imported.has(name))
  for (const name of gone) delete dependencies[name]
  const added = Object.entries({ servicex: servicexRange, zod: zodRange }).filter(
    ([name]) => !(name in dependencies),
  )
  Object.assign(dependencies, Object.fromEntries(added))
  const own = packageJson.servicex
  const after = {
    ...packageJson,
    dependencies: Object.fromEntries(
      Object.entries(dependencies).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ),
    servicex: { ...(typeof own === 'object' ? own : {}), generator: toolVersion },
  }
  return {
    after: `${JSON.stringify(after, undefined, indentationOf(packageText))}\n`,
    done: [
      ...added.map(([name, range]) => `package.json asks for ${name} ${range}`),
      ...gone.map((name) => `package.json does not ask for ${name} any more`),
    ],
  }
}

function indentationOf(text: string): string {
  return /^([ \t]+)"/m.exec(text)?.[1] ?? '  '
}
