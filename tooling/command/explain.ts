import type { Command } from 'commander'
import { toErrorCode } from '../parse/error-code.ts'
import { RULES } from '../plan/rules/catalog.ts'
import { toRuleJson, toRuleText } from '../report/findings.ts'
import { EXIT } from '../report/exit-code.ts'
import { toExplanationJson, toExplanationText } from '../report/explanation.ts'
import type { CommandContext } from './command.ts'

/** `kube explain <word>`: prints what an error code means, or what a rule asks, and the one thing to do. */
export function attachExplain(command: Command, { terminal, finish }: CommandContext): void {
  command
    .argument('<code>', 'an error code (case and the SERVICEX_ prefix do not matter), or a rule')
    .option('--json', 'print one JSON object')
    .action((word: string, options: { readonly json?: boolean }) => {
      const rule = RULES.find(({ id }) => id === word.toLowerCase())
      if (rule !== undefined) {
        terminal.stdout.write(options.json ? toRuleJson(rule) : toRuleText(rule))
        return finish(EXIT.done)
      }
      const code = toErrorCode(word)
      terminal.stdout.write(options.json ? toExplanationJson(code) : toExplanationText(code))
      finish(EXIT.done)
    })
}
