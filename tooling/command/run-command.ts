import { Command, CommanderError } from 'commander'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import type { ExitCode } from '../report/exit-code.ts'
import { EXIT } from '../report/exit-code.ts'
import type { Host, Terminal } from '../report/terminal.ts'
import type { Tool } from './command.ts'

/** The command to run, and the words after its name. */
export interface CommandCall {
  readonly name: string
  readonly rest: readonly string[]
}

/**
 * Loads one command of `tool`, runs it and resolves with its exit code.
 *
 * Rejects with SERVICEX_USAGE when its arguments are wrong, and with whatever its action throws.
 */
export async function runCommand(
  tool: Tool,
  { name, rest }: CommandCall,
  host: Host,
): Promise<ExitCode> {
  const entry = tool.commands.find((command) => command.name === name)
  if (entry === undefined) throw new Error(`${tool.name} has no command ${name}`)
  const command = toQuietCommand(`${tool.name} ${name}`, host).description(entry.summary)
  let exitCode: ExitCode = EXIT.failed
  const attach = await entry.load()
  attach(command, { tool, terminal: host, host, finish: (code) => (exitCode = code) })
  try {
    await command.parseAsync(rest, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return EXIT.done
    throw toUsageError(error, `${tool.name} ${name}`)
  }
  return exitCode
}

/** A commander command that throws where it would exit, and leaves failures to be reported once. */
function toQuietCommand(name: string, { stdout }: Terminal): Command {
  return new Command(name)
    .exitOverride()
    .helpOption('-h, --help', 'say this')
    .allowExcessArguments(false)
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      outputError: () => undefined,
    })
}

function toUsageError(error: CommanderError, call: string): ServicexError {
  const summary = error.message.replace(/^error: /, `${call}: `).replaceAll(/\s*\n\s*/g, ' ')
  return new ServicexError('SERVICEX_USAGE', { summary, fix: `${call} --help` })
}
