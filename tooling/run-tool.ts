import type { Tool } from './command/command.ts'
import type { Invocation } from './parse/invocation.ts'
import { toInvocation } from './parse/invocation.ts'
import { assertNode, readToolVersion } from './parse/tool-version.ts'
import { EXIT, toExitCode } from './report/exit-code.ts'
import type { ExitCode } from './report/exit-code.ts'
import { asksForJson, toFailureJson, toFailureText } from './report/failure.ts'
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
    const typed = { argv, commands: tool.commands }
    host.stderr.write(`${toFailureText(error, typed)}\n`)
    if (asksForJson(argv)) host.stdout.write(`${toFailureJson(error, typed)}\n`)
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
