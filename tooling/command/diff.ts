import type { Command } from 'commander'
import { readChanges } from '../apply/deploy/read-changes.ts'
import { isDifference, type ObjectChange } from '../plan/diff/object-change.ts'
import { toChangesSummary, toChangesText, toObjectDiff } from '../report/changes-text.ts'
import { toStyle } from '../report/dev/style.ts'
import { EXIT, type ExitCode } from '../report/exit-code.ts'
import { openProgress } from '../report/progress.ts'
import type { CommandContext } from './command.ts'
import { interruptible } from './interruptible.ts'
import { openTarget, type Target } from './open-target.ts'
import { type PreparedDeploy, prepareDeploy } from './prepare-deploy.ts'

interface DiffFlags {
  readonly context?: string
  readonly image?: string
  readonly json?: boolean
  readonly exitCode?: boolean
}

const HELP = `
kube prod diff · kube prod diff 3fa1c2e · kube qa diff main --exit-code

The cluster itself says what each object would become, by a dry run; nothing is changed. Values of Secrets are
shown as their length.

exit codes: 0 compared, 3 the cluster would refuse something, 6 with --exit-code where something would change
`

/** `kube <env> diff [revision]`: says what a deploy of that revision would change in the cluster; changes nothing. */
export function attachDiff(command: Command, context: CommandContext): void {
  command
    .argument('<environment>', 'production, qa, …')
    .argument('[revision]', 'a commit, a branch or HEAD; that of --image when absent, else HEAD')
    .option('--image <reference>', 'the image; by the registry and the revision when absent')
    .option('--context <name>', "a context of the kubeconfig, instead of the environment's")
    .option('--json', 'print one JSON object')
    .option('--exit-code', 'exit 6 when a deploy would change something')
    .addHelpText('after', HELP)
    .action(async (word: string, revision: string | undefined, flags: DiffFlags) => {
      const target = await openTarget(context.host, word, {
        context: flags.context,
        isReadOnly: true,
      })
      try {
        await interruptible(context, (signal) => {
          const client = target.client.within({ signal })
          return run(context, { target: { ...target, client }, revision, flags })
        })
      } finally {
        target.client.close()
      }
    })
}

interface DiffCall {
  readonly target: Target
  readonly revision: string | undefined
  readonly flags: DiffFlags
}

async function run(context: CommandContext, call: DiffCall): Promise<void> {
  const { host, terminal, finish } = context
  const { flags, revision, target } = call
  const { image } = flags
  const prepared = await prepareDeploy(host, {
    target,
    ...(revision === undefined ? {} : { revision }),
    ...(image === undefined ? {} : { image }),
  })
  const { name: app } = prepared.description
  const { concern, hasNamespace, objects } = await readChanges(
    { client: target.client, app },
    prepared.manifests,
  )
  const progress = openProgress(terminal.stderr)
  if (flags.json === true)
    terminal.stdout.write(`${JSON.stringify(toResult(call, prepared, objects))}\n`)
  else terminal.stdout.write(toChangesText(objects, toStyle(terminal.stdout, host.env)))
  progress.phase(`${app} ${prepared.plan.revision.slice(0, 12)} in ${target.environment.name}`)
  progress.step(toChangesSummary(objects))
  for (const warning of prepared.warnings) progress.warn(warning)
  if (!hasNamespace)
    progress.warn(
      `the namespace ${app} is not there yet: its objects are shown as they are planned`,
    )
  if (concern !== undefined) progress.warn(`${concern}: the deploy needs --allow-prune`)
  if (prepared.plan.release !== undefined)
    progress.step(`before any pod is rolled, Job/${prepared.plan.release.metadata.name} runs`)
  progress.end()
  finish(toExit(objects, flags))
}

function toExit(objects: readonly ObjectChange[], { exitCode }: DiffFlags): ExitCode {
  if (objects.some(({ change }) => change === 'refused')) return EXIT.refused
  return exitCode === true && objects.some(isDifference) ? EXIT.differs : EXIT.done
}

function toResult(
  { target }: DiffCall,
  { description, plan }: PreparedDeploy,
  objects: readonly ObjectChange[],
): object {
  const { image, release, revision } = plan
  return {
    app: description.name,
    environment: target.environment.name,
    revision,
    image,
    isDifferent: objects.some(isDifference),
    objects: objects.map((object) => ({ ...object, diff: toObjectDiff(object) })),
    ...(release === undefined ? {} : { release: release.metadata.name }),
  }
}
