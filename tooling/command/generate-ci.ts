import { join, relative } from 'node:path'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { writeScaffold } from '../apply/write-scaffold.ts'
import { readDefaultBranch } from '../parse/git.ts'
import { readProject } from '../parse/project.ts'
import { PIPELINES } from '../plan/pipelines/catalog.ts'
import { EXIT } from '../report/exit-code.ts'
import type { CommandContext } from './command.ts'

/** The options of `kube generate` that a pipeline takes: the CI system is one of them. */
export interface CiFlags {
  readonly github?: boolean
  readonly gitlab?: boolean
  readonly circleci?: boolean
  readonly travis?: boolean
  readonly jenkins?: boolean
  /** Where pull requests are tried. */
  readonly trial?: string
  /** The branch that goes to production. */
  readonly branch?: string
  readonly force?: boolean
}

/** Names that need no quotes in any CI system's language. */
const PLAIN_BRANCH = /^[\w][\w./-]*$/

/** `kube generate ci --github`: writes the pipeline of a CI system, and says which secrets it needs. */
export async function generateCi(
  flags: CiFlags,
  { terminal, host, finish }: CommandContext,
): Promise<void> {
  const systems = Object.keys(PIPELINES).filter((name) => flags[name as keyof CiFlags] === true)
  const [system] = systems
  const plan = system === undefined || systems.length > 1 ? undefined : PIPELINES[system]
  if (plan === undefined)
    throw usage(
      'kube generate ci wants one CI system',
      `kube generate ci --github (or ${Object.keys(PIPELINES)
        .slice(1)
        .map((name) => `--${name}`)
        .join(', ')})`,
    )
  const project = await readProject(host.cwd(), host.env)
  const branch = flags.branch ?? (await readDefaultBranch(project.root))
  if (!PLAIN_BRANCH.test(branch))
    throw usage(
      `${JSON.stringify(branch)} cannot be the branch that is deployed: expected letters, digits and . _ / -`,
      'kube generate ci --branch main',
    )
  const environments = project.settings.environments ?? {}
  const trial = flags.trial ?? ('qa' in environments ? 'qa' : undefined)
  if (trial !== undefined && !(trial in environments))
    throw usage(
      `there is no environment "${trial}" to try pull requests in`,
      `name one of ${Object.keys(environments).join(', ') || 'package.json#servicex.environments'}`,
    )
  const pipeline = plan({
    packageManager: project.packageManager,
    branch,
    hasTests: project.packageJson.scripts?.['test'] !== undefined,
    ...(trial === undefined ? {} : { trial }),
  })
  const path = join(project.repository ?? project.root, pipeline.path)
  await writeScaffold(path, pipeline.text, flags.force === true)
  terminal.stdout.write(`${relative(host.cwd(), path)}\n`)
  terminal.stderr.write(`set these secrets in the CI system: ${pipeline.secrets.join(', ')}\n`)
  finish(EXIT.done)
}

function usage(summary: string, fix: string): ServicexError {
  return new ServicexError('SERVICEX_USAGE', { summary, fix })
}
