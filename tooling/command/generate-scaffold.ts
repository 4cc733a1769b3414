import { join, relative } from 'node:path'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { writeScaffold } from '../apply/write-scaffold.ts'
import { readDescription } from '../parse/description.ts'
import { toNamedEnvironment } from '../parse/environment.ts'
import { OVERRIDES_FOLDER } from '../parse/overrides.ts'
import { readProject } from '../parse/project.ts'
import type { GenerateCall } from '../parse/scaffold-call.ts'
import { SCAFFOLDS } from '../plan/scaffolds/catalog.ts'
import type { ScaffoldOptions } from '../plan/scaffolds/scaffold.ts'
import { toScaffoldYaml } from '../report/manifest-yaml.ts'
import type { CommandContext } from './command.ts'

/** The options of `kube generate` that a scaffold takes. */
export interface ScaffoldFlags extends ScaffoldOptions {
  readonly force?: boolean
}

/**
 * Writes one scaffold into `kube/`, or into the folder of an environment, and prints its path. Rejects
 * with SERVICEX_FILE_EXISTS when the file is there.
 */
export async function generateScaffold(
  { environment, name, scaffold }: GenerateCall,
  flags: ScaffoldFlags,
  { terminal, host }: CommandContext,
): Promise<void> {
  const kind = SCAFFOLDS.find((known) => known.name === scaffold)
  if (kind === undefined) throw new Error(`there is no scaffold ${String(scaffold)}`)
  assertCounts(flags)
  const project = await readProject(host.cwd())
  const description = await readDescription(project.root, { packageName: project.name })
  const planned = kind.plan({
    description,
    options: flags,
    ...(name === undefined ? {} : { name }),
  })
  const own =
    environment === undefined ? [] : [toNamedEnvironment(environment, project.settings).name]
  const path = join(project.root, OVERRIDES_FOLDER, ...own, planned.file)
  await writeScaffold(path, toScaffoldYaml(planned), flags.force === true)
  terminal.stdout.write(`${relative(host.cwd(), path)}\n`)
  terminal.stderr.write(`${planned.comment[0] ?? ''}\n`)
}

function assertCounts({ min, max, cpu }: ScaffoldFlags): void {
  for (const [option, count] of Object.entries({ min, max, cpu })) {
    if (count === undefined || (Number.isInteger(count) && count > 0)) continue
    throw new ServicexError('SERVICEX_USAGE', {
      summary: `kube generate: --${option} is no whole number above 0`,
      fix: 'kube generate --help',
    })
  }
  if (min === undefined || max === undefined || min <= max) return
  throw new ServicexError('SERVICEX_USAGE', {
    summary: `kube generate: --min ${min} is more than --max ${max}`,
    fix: 'kube generate --help',
  })
}
