/** The parts of a tool that its help text shows. */
export interface ToolHelp {
  readonly name: string
  readonly summary: string
  readonly commands: readonly { readonly name: string; readonly summary: string }[]
}

/** Gives the text of `--help`. */
export function toToolHelp({ name, summary, commands }: ToolHelp, version: string): string {
  const width = Math.max(...commands.map((command) => command.name.length))
  const rows = commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`)
  return [
    `${name} ${version} — ${summary}`,
    '',
    `usage: ${name} <command> [options]`,
    '',
    ...rows,
    '',
    `${name} <command> --help says more. Exit codes: 0 done, 1 failed, 2 usage or configuration.`,
    '',
  ].join('\n')
}
