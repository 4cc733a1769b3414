import type { Command } from 'commander'
import { listWorkloads, restartWorkload } from '../apply/deploy/change-workload.ts'
import { toRolloutError } from '../apply/deploy/rollout-error.ts'
import { watchRollouts } from '../apply/deploy/watch-rollouts.ts'
import { toDeployReport } from '../report/deploy-report.ts'
import { EXIT } from '../report/exit-code.ts'
import { openProgress } from '../report/progress.ts'
import type { CommandContext } from './command.ts'
import { toDeployContext, withApp } from './open-app.ts'
import { toSeconds } from './seconds-option.ts'

interface RestartFlags {
  readonly timeout: number
  readonly json?: boolean
}

/** `kube <env> restart [process]`: replaces every pod, one after the other, and watches them serve. */
export function attachRestart(command: Command, context: CommandContext): void {
  command
    .argument('<environment>', 'production, qa, …')
    .argument('[process]', 'all of them when absent')
    .option('--timeout <seconds>', 'how long it may take', toSeconds, 600)
    .option('--json', 'print one line of JSON an event')
    .action((word: string, process: string | undefined, flags: RestartFlags) =>
      withApp(context, word, async (open) => {
        const { app, client, environment } = open
        const names = process === undefined ? await listWorkloads(open) : [process]
        const report = toDeployReport({
          progress: openProgress(context.terminal.stderr),
          environment: environment.name,
          ...(flags.json === true ? { events: context.terminal.stdout } : {}),
        })
        const restarted = []
        for (const name of names) {
          const place = { client, app, process: name }
          restarted.push(await restartWorkload(place, new Date().toISOString()))
          report({ type: 'step', text: `restarting ${name}` })
        }
        const deployContext = toDeployContext(open, report)
        const timeoutMs = flags.timeout * 1000
        const outcome = await watchRollouts(deployContext, restarted, { timeoutMs })
        if (outcome.kind === 'succeeded') return context.finish(EXIT.done)
        for (const { said, ...finding } of outcome.findings)
          report({ type: 'finding', finding, evidence: said })
        throw toRolloutError({
          app,
          environment: environment.name,
          revision: 'restart',
          outcome: outcome.kind,
          findings: outcome.findings,
          isRestored: false,
        })
      }),
    )
}
