import type { Command } from 'commander'
import { followLogs } from '../apply/logs/follow-logs.ts'
import { toLogText } from '../plan/deploy/log-text.ts'
import { EXIT } from '../report/exit-code.ts'
import { toPlainText } from '../report/plain-text.ts'
import type { CommandContext } from './command.ts'
import { sleepUntilAborted, withApp, withAppToRead } from './open-app.ts'
import { toWhole } from './seconds-option.ts'

interface LogFlags {
  readonly follow?: boolean
  readonly previous?: boolean
  readonly tail: number
  readonly raw?: boolean
  readonly json?: boolean
}

/** `kube <env> logs [name]`: prints the logs of all pods, our JSON as a person reads it. */
export function attachLogs(command: Command, context: CommandContext): void {
  command
    .argument('<environment>', 'production, qa, …')
    .argument('[name]', 'a process or a pod; all of them when absent')
    .option('-f, --follow', 'go on with what comes, of new pods too')
    .option('--previous', 'the run before the last restart')
    .option('--tail <lines>', 'the last lines of each pod', toWhole, 100)
    .option('--raw', 'lines as the pods wrote them')
    .option('--json', 'print one line of JSON a line: the pod, and what it wrote')
    .action((word: string, name: string | undefined, flags: LogFlags) =>
      (flags.follow === true ? withApp : withAppToRead)(
        context,
        word,
        async ({ client, app, signal }) => {
          const { stdout, stderr } = context.terminal
          const count = await followLogs(
            {
              client,
              app,
              isFollowing: flags.follow === true,
              isPrevious: flags.previous === true,
              tailLines: flags.tail,
              signal,
              sleep: (ms) => sleepUntilAborted(ms, signal),
              ...(name === undefined ? {} : { name }),
            },
            (source, line) => stdout.write(`${toShown(source, line, flags)}\n`),
          ).catch((error: unknown) => {
            if (signal.aborted) return undefined
            throw error
          })
          if (count === undefined) return context.finish(EXIT.interrupted)
          if (count === 0) stderr.write(`no pod of ${name ?? app} has a log\n`)
          context.finish(count === 0 ? EXIT.failed : EXIT.done)
        },
      ),
    )
}

function toShown(source: string, line: string, { json, raw }: LogFlags): string {
  if (json === true) return JSON.stringify({ source, line })
  return raw === true ? line : `${source}  ${toPlainText(toLogText(line))}`
}
