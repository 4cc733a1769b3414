import type { Command } from 'commander'
import { toErrorCode } from '../parse/error-code.ts'
import { EXIT } from '../report/exit-code.ts'
import { toExplanationJson, toExplanationText } from '../report/explanation.ts'
import type { CommandContext } from './command.ts'

/** `kube explain <code>`: prints what an error code means and the one thing to do. */
export function attachExplain(command: Command, { terminal, finish }: CommandContext): void {
  command
    .argument('<code>', 'an error code; case and the SERVICEX_ prefix do not matter')
    .option('--json', 'print one JSON object')
    .action((word: string, options: { readonly json?: boolean }) => {
      const code = toErrorCode(word)
      terminal.stdout.write(options.json ? toExplanationJson(code) : toExplanationText(code))
      finish(EXIT.done)
    })
}
