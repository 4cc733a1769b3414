import type { Command } from 'commander'
import { deploy } from '../apply/deploy/deploy.ts'
import type { DeployContext } from '../apply/deploy/deploy-context.ts'
import { checkPreflight } from '../apply/deploy/preflight.ts'
import { toCi } from '../parse/ci.ts'
import { toGuardLimits } from '../parse/guard-settings.ts'
import { EXIT } from '../report/exit-code.ts'
import { toDeployReport } from '../report/deploy-report.ts'
import { openProgress } from '../report/progress.ts'
import { toAnnouncement } from './announcement.ts'
import type { CommandContext } from './command.ts'
import { interruptible } from './interruptible.ts'
import { sleepUntilAborted } from './open-app.ts'
import { openTarget, type Target } from './open-target.ts'
import { prepareDeploy } from './prepare-deploy.ts'
import { toSeconds } from './seconds-option.ts'

interface DeployFlags {
  readonly dryRun?: boolean
  readonly json?: boolean
  readonly image?: string
  readonly context?: string
  readonly timeout: number
  readonly lockTimeout: number
  readonly rollback?: boolean
  readonly allowPrune?: boolean
  readonly guard: boolean
}

const HELP = `
kube prod deploy 3fa1c2e · kube qa deploy main · kube prod deploy HEAD --dry-run

exit codes: 0 deployed, 2 usage or configuration, 3 refused before anything was changed, 4 failed or timed
out, and rolled back, 5 failed and not rolled back, 7 superseded by another deploy, 70 timed out and not
rolled back, 75 another deploy is running, 130 interrupted
`

/** `kube <env> deploy [revision]`: brings a built revision into a cluster, or says why it cannot serve. */
export function attachDeploy(command: Command, context: CommandContext): void {
  command
    .argument('<environment>', 'production, qa, …')
    .argument('[revision]', 'a commit, a branch or HEAD; that of --image when absent, else HEAD')
    .option('--dry-run', 'check everything, change nothing')
    .option('--json', 'print one line of JSON an event')
    .option('--image <reference>', 'the image; by the registry and the revision when absent')
    .option('--context <name>', "a context of the kubeconfig, instead of the environment's")
    .option('--timeout <seconds>', 'how long the rollout may take', toSeconds, 600)
    .option('--lock-timeout <seconds>', 'how long another deploy is waited for', toSeconds, 600)
    .option('--rollback', 'restore what served when it fails (production does)')
    .option('--no-rollback', 'leave what failed as it is')
    .option('--no-guard', 'do not compare how the new pods serve with those before them')
    .option('--allow-prune', 'delete even many objects that are planned no more')
    .addHelpText('after', HELP)
    .action(async (environment: string, revision: string | undefined, flags: DeployFlags) => {
      const target = await openTarget(context.host, environment, { context: flags.context })
      try {
        await interruptible(context, (signal) => {
          const client = target.client.within({ signal })
          return run(context, { target: { ...target, client }, revision, flags, signal })
        })
      } finally {
        target.client.close()
      }
    })
}

interface DeployCall {
  readonly target: Target
  readonly revision: string | undefined
  readonly flags: DeployFlags
  readonly signal: AbortSignal
}

async function run(context: CommandContext, call: DeployCall): Promise<void> {
  const { host, terminal, finish } = context
  const { target, flags, signal, revision } = call
  const ci = toCi(host.env)
  const { name: environment } = target.environment
  const progress = openProgress(terminal.stderr, ci === undefined ? {} : { ci: ci.provider })
  const report = toDeployReport({
    progress,
    environment,
    ...(flags.json === true ? { events: terminal.stdout } : {}),
  })
  report({ type: 'phase', title: `Pre-flight for ${environment}` })
  tellTarget(target, report)
  const prepared = await prepareDeploy(host, {
    target,
    ...(revision === undefined ? {} : { revision }),
    ...(flags.image === undefined ? {} : { image: flags.image }),
  })
  const deployContext: DeployContext = {
    client: target.client,
    app: prepared.description.name,
    environment,
    report,
    now: Date.now,
    sleep: (ms) => sleepUntilAborted(ms, signal),
    signal,
  }
  report({ type: 'step', text: `image ${prepared.image.reference}` })
  for (const text of prepared.warnings) report({ type: 'warning', text })
  await checkPreflight(deployContext, prepared)
  if (flags.dryRun === true) {
    progress.end()
    return finish(EXIT.done)
  }
  await deploy(deployContext, prepared.plan, {
    timeoutMs: flags.timeout * 1000,
    lockPatienceMs: flags.lockTimeout * 1000,
    isRollingBack: flags.rollback ?? environment === 'production',
    isPruneAllowed: flags.allowPrune === true,
    guard: flags.guard ? toGuardLimits(target.environment.settings?.guard) : undefined,
    announcement: toAnnouncement(deployContext, { host, project: target.project }),
    who: ci?.actor ?? host.env['USER'] ?? 'somebody',
    ...(ci?.url === undefined ? {} : { ciUrl: ci.url }),
  })
  progress.end()
  finish(EXIT.done)
}

function tellTarget(
  { client, clusterId, environment }: Target,
  report: DeployContext['report'],
): void {
  const { context, server } = client.access
  report({ type: 'step', text: `cluster ${server.host}, context ${context}` })
  if (clusterId !== undefined && environment.settings?.clusterId === undefined)
    report({
      type: 'warning',
      text: `no cluster is recorded for ${environment.name}: set environments.${environment.name}.clusterId to ${clusterId}`,
    })
}
