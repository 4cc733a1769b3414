import { type Command, Command as CommanderCommand } from 'commander'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { readProject } from '../parse/project.ts'
import { toInvocation } from '../parse/invocation.ts'
import { EXIT } from '../report/exit-code.ts'
import { COMPLETION_SCRIPTS } from '../report/completion-scripts.ts'
import type { CommandContext } from './command.ts'

/** `kube completion <shell>`: prints the script that has the shell complete kube's words. */
export function attachCompletion(command: Command, context: CommandContext): void {
  const { terminal, finish } = context
  const shells = Object.keys(COMPLETION_SCRIPTS)
  command
    .argument('<shell>', `${shells.join(', ')}; or \`words\`, which the scripts call`)
    .argument('[words...]', 'words: what stands on the command line so far')
    .addHelpText('after', '\nbash: eval "$(npx kube completion bash)" in ~/.bashrc\n')
    .action(async (shell: string, words: readonly string[]) => {
      if (shell === 'words') {
        const candidates = await complete(words, context)
        terminal.stdout.write(candidates.map((word) => `${word}\n`).join(''))
        return finish(EXIT.done)
      }
      const script = COMPLETION_SCRIPTS[shell]
      if (script === undefined || !Object.hasOwn(COMPLETION_SCRIPTS, shell))
        throw new ServicexError('SERVICEX_USAGE', {
          summary: `kube has no completion for "${shell}"`,
          fix: `name one of ${shells.join(', ')}`,
        })
      terminal.stdout.write(script)
      finish(EXIT.done)
    })
}

/** Gives what the last of `words` may become; nothing where a file or a name is expected. */
async function complete(
  words: readonly string[],
  context: CommandContext,
): Promise<readonly string[]> {
  const before = words.slice(0, -1)
  const begun = words.at(-1) ?? ''
  const all = await candidates(before, context)
  return all.filter((word) => word.startsWith(begun) && (begun !== '' || !word.startsWith('-')))
}

async function candidates(
  before: readonly string[],
  context: CommandContext,
): Promise<readonly string[]> {
  const { commands } = context.tool
  const names = commands.map(({ name }) => name)
  const [first] = before
  if (first === undefined)
    return [...names, ...(await readEnvironments(context)), '--help', '--version']
  const onEnvironments = commands.filter(({ takesEnvironment }) => takesEnvironment)
  if (!names.includes(first) && before.length === 1) return onEnvironments.map(({ name }) => name)
  try {
    const invocation = toInvocation(context.tool, before)
    if (invocation.kind !== 'command') return []
    return await wordsOf(invocation.name, invocation.rest, context)
  } catch {
    return []
  }
}

async function wordsOf(
  name: string,
  rest: readonly string[],
  context: CommandContext,
): Promise<readonly string[]> {
  const entry = context.tool.commands.find((command) => command.name === name)
  const attach = await entry?.load()
  const command = new CommanderCommand(name)
  attach?.(command, context)
  const chosen = command.commands.find((sub) => sub.name() === rest[0])
  const subs = chosen === undefined ? command.commands.map((sub) => sub.name()) : []
  const flags = (chosen ?? command).options.map(({ long, short }) => long ?? short ?? '')
  const environments =
    entry?.takesEnvironment === true && rest.length === 0 ? await readEnvironments(context) : []
  return [...subs, ...environments, ...flags, '--help']
}

/** Of the repository one stands in; none where there is none. */
async function readEnvironments({ host }: CommandContext): Promise<readonly string[]> {
  try {
    const { settings } = await readProject(host.cwd(), host.env)
    return Object.keys(settings.environments ?? {})
  } catch {
    return []
  }
}
