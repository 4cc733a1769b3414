import type { Command } from 'commander'
import { scaleWorkload } from '../apply/deploy/change-workload.ts'
import { EXIT } from '../report/exit-code.ts'
import type { CommandContext } from './command.ts'
import { withApp } from './open-app.ts'
import { toWhole } from './seconds-option.ts'

/** `kube <env> scale <process> <pods>`: sets how many pods run, until the next deploy. */
export function attachScale(command: Command, context: CommandContext): void {
  command
    .argument('<environment>', 'production, qa, …')
    .argument('<process>', 'web, worker, …')
    .argument('<pods>', 'how many', toWhole)
    .option('--json', 'print one JSON object')
    .action((word: string, process: string, pods: number, { json }: { readonly json?: boolean }) =>
      withApp(context, word, async ({ app, client }) => {
        await scaleWorkload({ client, app, process }, pods)
        if (json === true) context.terminal.stdout.write(`${JSON.stringify({ process, pods })}\n`)
        context.terminal.stderr.write(
          `${process} has ${pods} ${pods === 1 ? 'pod' : 'pods'} until the next deploy; to keep it, set replicas in service.ts\n`,
        )
        context.finish(EXIT.done)
      }),
    )
}
