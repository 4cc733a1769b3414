import type { Command } from 'commander'
import { readProject } from '../parse/project.ts'
import { RULES } from '../plan/rules/catalog.ts'
import { judgeException } from '../plan/rules/exception.ts'
import { EXIT } from '../report/exit-code.ts'
import { toExceptionsJson, toExceptionsText } from '../report/exceptions.ts'
import type { CommandContext } from './command.ts'

/** `kube exceptions`: lists what the repository is permitted for now, the soonest end first; exits 3 when one has ended. */
export function attachExceptions(command: Command, context: CommandContext): void {
  const { terminal, host, finish } = context
  command
    .option('--json', 'print one JSON object')
    .action(async (options: { readonly json?: boolean }) => {
      const { name, settings } = await readProject(host.cwd())
      const exceptions = (settings.exceptions ?? [])
        .map((exception) => judgeException(exception, RULES, Date.now() / 1000))
        .toSorted((a, b) => a.daysLeft - b.daysLeft)
      const text = options.json === true ? toExceptionsJson : toExceptionsText
      terminal.stdout.write(text(name, exceptions))
      const isOver = exceptions.some(({ state }) => state === 'expired' || state === 'too-long')
      finish(isOver ? EXIT.refused : EXIT.done)
    })
}
