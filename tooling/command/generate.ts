import type { Command } from 'commander'
import { resolve } from 'node:path'
import { writeManifests } from '../apply/write-manifests.ts'
import { toRecordMaps, withRecords } from '../apply/deploy/record-maps.ts'
import { toGenerateCall } from '../parse/scaffold-call.ts'
import { type CommitRecord, RECORD_VERSION } from '../plan/deploy/commit-record.ts'
import type { Manifest } from '../plan/manifests/manifest.ts'
import { SCAFFOLDS } from '../plan/scaffolds/catalog.ts'
import { EXIT } from '../report/exit-code.ts'
import { toManifestsYaml, toManifestYaml } from '../report/manifest-yaml.ts'
import type { CommandContext } from './command.ts'
import { type CiFlags, generateCi } from './generate-ci.ts'
import { type ContractFlags, generateContract } from './generate-contract.ts'
import { generateScaffold, type ScaffoldFlags } from './generate-scaffold.ts'
import { type EnvironmentPlan, planEnvironment } from './plan-environment.ts'

interface GenerateFlags extends ScaffoldFlags, CiFlags, ContractFlags {
  readonly image?: string
  readonly revision?: string
}

const HELP = `
what to generate:
  (nothing)    every object of the app, for one environment
${SCAFFOLDS.map(({ name, summary }) => `  ${name.padEnd(11)}  a file in kube/: ${summary}`).join('\n')}
  contract     contract.json: what the app serves, for the clients of others
  ci           the pipeline of a CI system: --github, --gitlab, --circleci, --travis or --jenkins

kube generate qa · kube qa generate · kube generate --out deploy/ · kube generate worker mailer
kube qa generate autoscale: into kube/qa/, for that environment alone
`

/** `kube generate [environment] [scaffold] [name]`: prints the app's objects, or writes a file into `kube/`. */
export function attachGenerate(command: Command, context: CommandContext): void {
  command
    .argument('[words...]', 'an environment (production when absent), a scaffold and its name')
    .option(
      '--out <folder>',
      'write a file an object there, for Argo CD or Flux; contract: its file, or -',
    )
    .option('--image <reference>', 'the image; by the registry and the revision when absent')
    .option('--revision <commit>', 'the revision; HEAD when absent')
    .option('--json', 'print one JSON object')
    .option('--check', 'contract: write nothing, say whether the file is what the app serves')
    .option('--force', 'a scaffold, contract, ci: replace the file that is there')
    .option('--min <pods>', 'autoscale, worker: the fewest pods', toCount)
    .option('--max <pods>', 'autoscale: the most pods', toCount)
    .option('--cpu <percent>', 'autoscale: the share of requested CPU to use', toCount)
    .option('--schedule <cron>', 'cronjob: when it runs, UTC')
    .option('--entrypoint <module>', 'cronjob, worker: the module it runs')
    .option('--host <name>', 'ingress: the host name')
    .option('--github', 'ci: GitHub Actions')
    .option('--gitlab', 'ci: GitLab CI')
    .option('--circleci', 'ci: CircleCI')
    .option('--travis', 'ci: Travis CI')
    .option('--jenkins', 'ci: Jenkins')
    .option(
      '--branch <name>',
      "ci: the branch that goes to production; the repository's default when absent",
    )
    .option('--trial <environment>', 'ci: where pull requests are tried; qa where there is one')
    .addHelpText('after', HELP)
    .action(async (words: readonly string[], flags: GenerateFlags) => {
      if (words.length === 1 && words[0] === 'ci') return generateCi(flags, context)
      if (words.length === 1 && words[0] === 'contract') return generateContract(flags, context)
      const call = toGenerateCall(
        words,
        SCAFFOLDS.map(({ name }) => name),
      )
      if (call.scaffold === undefined) await generateAll(call.environment, flags, context)
      else await generateScaffold(call, flags, context)
      context.finish(EXIT.done)
    })
}

async function generateAll(
  environment: string | undefined,
  flags: GenerateFlags,
  { terminal, host }: CommandContext,
): Promise<void> {
  const { image, revision, out } = flags
  const plan = await withOwnRecords(
    await planEnvironment(host.cwd(), {
      environment: environment ?? 'production',
      ...(image === undefined ? {} : { image }),
      ...(revision === undefined ? {} : { revision }),
    }),
  )
  if (!plan.image.includes('/'))
    terminal.stderr.write(
      `the image ${plan.image} has no registry: set registry in package.json#servicex, or give --image\n`,
    )
  if (out === undefined) {
    terminal.stdout.write(flags.json === true ? toJson(plan) : toManifestsYaml(plan.manifests))
    return
  }
  const files = plan.manifests.map((manifest) => ({
    name: toFileName(manifest),
    text: toManifestYaml(manifest),
  }))
  const { written, removed } = await writeManifests(resolve(host.cwd(), out), files)
  const told = flags.json === true ? `${JSON.stringify({ written, removed })}\n` : ''
  terminal.stdout.write(told)
  const also = removed.length === 0 ? '' : `, removed ${removed.join(', ')}`
  terminal.stderr.write(`wrote ${written.length} files to ${out}${also}\n`)
}

/** What a deploy leaves for others to judge theirs by, for whoever applies these objects without `kube deploy`. */
async function withOwnRecords(plan: EnvironmentPlan): Promise<EnvironmentPlan> {
  const { readConsumedServices } = await import('../apply/image/read-commit-record.ts')
  const { project, description, revision } = plan
  const clients = await readConsumedServices(project.root, description)
  const exceptions = project.settings.exceptions ?? []
  const convention = { severities: [], exceptions, breaches: [] }
  const record: CommitRecord = { version: RECORD_VERSION, overrides: [], clients, convention }
  const records = toRecordMaps({ description, revision, record })
  return { ...plan, manifests: withRecords(plan.manifests, records) }
}

function toJson({ description, environment, image, manifests, revision }: EnvironmentPlan): string {
  const app = description.name
  return `${JSON.stringify({ app, environment: environment.name, revision, image, manifests })}\n`
}

function toFileName({ kind, metadata }: Manifest): string {
  return `${kind.toLowerCase()}-${metadata.name}.yaml`
}

/** commander calls it with the value of an option; what is no number is refused by what reads it. */
function toCount(text: string): number {
  return Number(text)
}
