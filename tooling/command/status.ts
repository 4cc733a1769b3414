import type { Command } from 'commander'
import { type HistoryEntry, readHistory } from '../apply/deploy/history.ts'
import { readRollouts, type RolloutStatus } from '../apply/deploy/read-rollouts.ts'
import { EXIT } from '../report/exit-code.ts'
import { toTable } from '../report/table.ts'
import { toPlainLine } from '../report/plain-text.ts'
import type { CommandContext } from './command.ts'
import { withAppToRead } from './open-app.ts'

/** `kube <env> status`: says what serves and what is wrong with it; exits 1 when something is. */
export function attachStatus(command: Command, context: CommandContext): void {
  command
    .argument('<environment>', 'production, qa, …')
    .option('--json', 'print one JSON object')
    .action((word: string, { json }: { readonly json?: boolean }) =>
      withAppToRead(context, word, async (open) => {
        const { app, environment } = open
        const rollouts = await readRollouts(open)
        const [last] = await readHistory(open)
        const text =
          json === true
            ? `${JSON.stringify({ app, environment: environment.name, rollouts, ...toLast(last) })}\n`
            : `${app} in ${environment.name}${last === undefined ? '' : `, last deploy: ${last.revision.slice(0, 12)} ${last.outcome} ${last.startedAt} by ${toPlainLine(last.who)}`}\n${toStatusText(rollouts)}`
        context.terminal.stdout.write(text)
        const isWrong = rollouts.some(({ findings }) => findings.length > 0)
        context.finish(isWrong || rollouts.length === 0 ? EXIT.failed : EXIT.done)
      }),
    )
}

/** The last deploy, without what it applied. */
function toLast(entry: HistoryEntry | undefined): { readonly lastDeploy?: object } {
  if (entry === undefined) return {}
  const { manifests: _manifests, ...lastDeploy } = entry
  return { lastDeploy }
}

function toStatusText(rollouts: readonly RolloutStatus[]): string {
  if (rollouts.length === 0) return 'it is not deployed\n'
  const rows = rollouts.map(({ name, revision, progress, state }) => [
    name,
    revision.slice(0, 12),
    `${progress.ready} of ${progress.desired} ready`,
    state,
  ])
  const findings = rollouts.flatMap((rollout) =>
    rollout.findings.map(
      ({ code, subject, message, suggestion }) =>
        `${toPlainLine(`${code}  ${subject}: ${message}`)}\n  fix: ${suggestion}\n`,
    ),
  )
  return toTable(['process', 'revision', 'pods', 'state'], rows) + findings.join('')
}
