import type { Command } from 'commander'
import { toEnvironmentName } from '../../src/convention/environments.ts'
import { writeOutput } from '../apply/write-output.ts'
import { toCi } from '../parse/ci.ts'
import { readToolVersion } from '../parse/tool-version.ts'
import { RULES } from '../plan/rules/catalog.ts'
import { EXIT } from '../report/exit-code.ts'
import { toAnnotations, toJudgementJson, toJudgementText, toRuleText } from '../report/findings.ts'
import { toSarif } from '../report/sarif.ts'
import type { CommandContext } from './command.ts'
import { judgeRepository } from './judge-repository.ts'

interface CheckOptions {
  readonly json?: boolean
  readonly sarif?: string
  readonly list?: boolean
}

/** `kube check [environment]`: says which rules of the convention the repository breaks; exits 3 when one is an error. */
export function attachCheck(command: Command, { terminal, host, finish }: CommandContext): void {
  command
    .argument('[environment]', 'judge as a deploy to it would; without one, by the strictest')
    .option('--json', 'print one JSON object')
    .option('--sarif <file>', 'write the findings for code scanning, too')
    .option('--list', 'print every rule, and look at nothing')
    .action(async (word: string | undefined, options: CheckOptions) => {
      if (options.list === true) {
        terminal.stdout.write(options.json === true ? toListJson() : toListText())
        return finish(EXIT.done)
      }
      const { name, judgement } = await judgeRepository(host.cwd(), {
        nowSeconds: Date.now() / 1000,
        ...(word === undefined ? {} : { environment: toEnvironmentName(word) }),
      })
      if (options.sarif !== undefined)
        await writeOutput(options.sarif, toSarif(judgement, RULES, readToolVersion()))
      const text = options.json === true ? toJudgementJson : toJudgementText
      terminal.stdout.write(text(judgement, name))
      terminal.stderr.write(toAnnotations(judgement, toCi(host.env)?.provider))
      finish(judgement.errors === 0 ? EXIT.done : EXIT.refused)
    })
}

function toListText(): string {
  return RULES.map(toRuleText).join('\n')
}

function toListJson(): string {
  return `${JSON.stringify(RULES.map(({ check: _check, ...rule }) => rule))}\n`
}
