import { isName } from '../src/convention/names.ts'
import { ServicexError } from '../src/convention/servicex-error.ts'
import type { Tool } from './command/command.ts'
import type { Invocation } from './parse/invocation.ts'
import { toInvocation } from './parse/invocation.ts'
import { assertNode, readToolVersion } from './parse/tool-version.ts'
import { EXIT, toExitCode } from './report/exit-code.ts'
import type { ExitCode } from './report/exit-code.ts'
import { toPlainText } from './report/plain-text.ts'
import type { Host } from './report/terminal.ts'
import { survivesClosedPipe } from './report/terminal.ts'
import { toToolHelp } from './report/tool-help.ts'

/**
 * Runs one command of `tool` and resolves with the exit code of the process; never rejects.
 *
 * Loads the module of that command only, and commander only for it: `--help` and `--version` of the
 * tool cost no more than Node's own start.
 */
export async function runTool(tool: Tool, argv: readonly string[], host: Host): Promise<ExitCode> {
  survivesClosedPipe(host)
  try {
    return await run(tool, toInvocation(tool, argv), host)
  } catch (error) {
    const text = withEnvironment(toFailureText(error), tool, argv)
    host.stderr.write(`${toPlainText(text)}\n`)
    return toExitCode(error)
  }
}

async function run(tool: Tool, invocation: Invocation, host: Host): Promise<ExitCode> {
  switch (invocation.kind) {
    case 'help':
      host.stdout.write(toToolHelp(tool, readToolVersion()))
      return EXIT.done
    case 'version':
      host.stdout.write(`${readToolVersion()}\n`)
      return EXIT.done
    case 'command': {
      assertNode()
      const { runCommand } = await import('./command/run-command.ts')
      return runCommand(tool, invocation, host)
    }
  }
}

/** Gives what a person reads: our own errors as they are, anything else with the stack a bug needs. */
function toFailureText(error: unknown): string {
  if (ServicexError.is(error)) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/** A fix is a command to copy: `kube <env> status` is `kube prod status` where `prod` was typed. */
function withEnvironment(text: string, tool: Tool, argv: readonly string[]): string {
  if (!text.includes('<env>')) return text
  const word = argv.find((one) => !tool.commands.some(({ name }) => name === one)) ?? ''
  return isName(word) ? text.replaceAll('<env>', word) : text
}
