import type { Command } from 'commander'
import { type HistoryEntry, readHistory } from '../apply/deploy/history.ts'
import { EXIT } from '../report/exit-code.ts'
import { toTable } from '../report/table.ts'
import type { CommandContext } from './command.ts'
import { withAppToRead } from './open-app.ts'

/** `kube <env> history`: lists the deploys of the app, the latest first. */
export function attachHistory(command: Command, context: CommandContext): void {
  command
    .argument('<environment>', 'production, qa, …')
    .option('--json', 'print one JSON array')
    .action((environment: string, { json }: { readonly json?: boolean }) =>
      withAppToRead(context, environment, async (app) => {
        const entries = await readHistory(app)
        const shown = entries.map(({ manifests: _manifests, ...entry }) => entry)
        context.terminal.stdout.write(
          json === true ? `${JSON.stringify(shown)}\n` : toHistoryText(entries),
        )
        context.finish(EXIT.done)
      }),
    )
}

function toHistoryText(entries: readonly HistoryEntry[]): string {
  if (entries.length === 0) return 'nothing was deployed by kube yet\n'
  return toTable(
    ['n', 'revision', 'outcome', 'when', 'took', 'who', 'from'],
    entries.map((entry, index) => [
      String(index),
      entry.revision.slice(0, 12),
      entry.outcome,
      entry.startedAt,
      `${Math.round(entry.durationMs / 1000)} s`,
      entry.who,
      entry.from?.slice(0, 12) ?? '',
    ]),
  )
}
