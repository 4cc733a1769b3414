import type { Command } from 'commander'
import type { ExitCode } from '../report/exit-code.ts'
import type { Host, Terminal } from '../report/terminal.ts'

/** A program on the PATH: what `--help` says of it, and its commands. */
export interface Tool {
  readonly name: string
  readonly summary: string
  readonly commands: readonly CommandEntry[]
}

/** One command: what `--help` says of it, and how to load it. */
export interface CommandEntry {
  readonly name: string
  readonly summary: string
  /** Its first argument is an environment: `kube prod deploy` is `kube deploy prod`. */
  readonly takesEnvironment?: true
  readonly load: () => Promise<AttachCommand>
}

/** Gives a commander command its arguments, its options and its action. */
export type AttachCommand = (command: Command, context: CommandContext) => void

/** What the action of a command works with. */
export interface CommandContext {
  readonly terminal: Terminal
  /** The program whose command it is. */
  readonly tool: Tool
  /** Where the command was called, and with which variables. */
  readonly host: Host
  /** Must be called by the action before it ends; without it the command has failed. */
  readonly finish: (exitCode: ExitCode) => void
}
