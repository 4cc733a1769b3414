import { KUBE } from '../../tooling/command/catalog.ts'
import type { Tool } from '../../tooling/command/command.ts'
import { runTool } from '../../tooling/run-tool.ts'

/** What a call of a tool came to. */
export interface ToolRun {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Where a tool is called, and which one. */
export interface ToolCall {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** `kube` when absent. */
  readonly tool?: Tool
}

/** Runs a tool in this process, with streams, a folder and variables of its own. */
export async function runKube(
  argv: readonly string[],
  { cwd = process.cwd(), env = {}, tool = KUBE }: ToolCall = {},
): Promise<ToolRun> {
  const written = { stdout: '', stderr: '' }
  const exitCode = await runTool(tool, argv, {
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
    cwd: () => cwd,
    env,
  })
  return { exitCode, ...written }
}
