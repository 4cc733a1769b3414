/** Gives variables as a `.env` file that Node's own reader, and a shell's `.`, read as they are. */
export function toDotenv(variables: ReadonlyMap<string, string>): string {
  return [...variables].map(([name, value]) => `${name}=${toQuoted(value)}\n`).join('')
}

/** Node knows no escape in single quotes; in double quotes `\n` alone. Source: Node, util.parseEnv. */
function toQuoted(value: string): string {
  if (!value.includes("'")) return `'${value}'`
  if (!value.includes('"')) return `"${value}"`
  return `\`${value}\``
}
