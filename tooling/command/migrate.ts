import { join } from 'node:path'
import type { Command } from 'commander'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { writeOutput } from '../apply/write-output.ts'
import { readCommit } from '../parse/git.ts'
import { readMigrationSources } from '../parse/migration-facts.ts'
import { type Project, readProject } from '../parse/project.ts'
import { readToolVersion } from '../parse/tool-version.ts'
import type { Migration } from '../plan/migrate/migration.ts'
import { planMigration } from '../plan/migrate/plan-migration.ts'
import { COMMON_DEPENDENCIES } from '../plan/new/template.ts'
import { toMigrationDiff, toMigrationText } from '../report/migration.ts'
import { EXIT } from '../report/exit-code.ts'
import type { CommandContext } from './command.ts'

interface MigrateFlags {
  readonly write?: boolean
  readonly servicex?: string
  readonly json?: boolean
}

const DECLARATION = /^service\.m?[jt]s$/

/** `kube migrate`: shows what brings an existing app under the convention, as a diff; `--write` does it. */
export function attachMigrate(command: Command, context: CommandContext): void {
  command
    .option('--write', 'make the changes; without it they are only shown')
    .option('--servicex <range>', 'the version of servicex it asks for, or where it lies')
    .option('--json', 'print one JSON object')
    .action(async (flags: MigrateFlags) => {
      const { terminal, host, finish } = context
      const project = await readProject(host.cwd(), host.env)
      if (flags.write === true) await assertClean(project)
      const migration = await plan(project, flags)
      if (flags.write === true)
        for (const { path, after } of migration.changes)
          await writeOutput(join(project.root, path), after)
      if (flags.json === true) terminal.stdout.write(`${JSON.stringify(migration)}\n`)
      else if (flags.write !== true) terminal.stdout.write(toMigrationDiff(migration))
      terminal.stderr.write(toMigrationText(migration, flags.write === true))
      finish(EXIT.done)
    })
}

async function plan(project: Project, { servicex }: MigrateFlags): Promise<Migration> {
  const { facts, packageText, modules, unread } = await readMigrationSources(
    project,
    Date.now() / 1000,
  )
  const toolVersion = readToolVersion()
  return planMigration({
    name: project.name,
    packageJson: project.packageJson,
    packageText,
    modules,
    unread,
    entrypoints: facts.entrypoints,
    hasDeclaration: facts.paths.some((path) => DECLARATION.test(path)),
    hasPipeline: facts.pipelines.length > 0,
    hasDockerfile: facts.dockerfiles.length > 0,
    servicexRange: servicex ?? `^${toolVersion}`,
    zodRange: COMMON_DEPENDENCIES['zod'] ?? '*',
    toolVersion,
  })
}

/** What is written over work that is not committed could not be told from it. */
async function assertClean({ root }: Project): Promise<void> {
  const { dirtyFiles } = await readCommit(root)
  if (dirtyFiles.length === 0) return
  throw new ServicexError('SERVICEX_TREE_DIRTY', {
    summary: `${dirtyFiles.length} files are not committed: what kube migrate changes could not be told from them`,
    details: dirtyFiles.slice(0, 10),
    fix: 'commit or stash them first',
  })
}
