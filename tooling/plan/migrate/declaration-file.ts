import type { EnvRead } from '../../parse/facts/edit-places.ts'

/** Variables of the convention: servicex and Node read them by themselves. */
const CONVENTIONAL =
  /^(?:PORT|ADMIN_PORT|NODE_ENV|LOG_LEVEL|CI|HOME|PATH|TZ|OTEL_\w+|SENTRY_\w+|SERVICEX_\w+)$/

/** Gives the declaration of an app: its name, and the variables its modules read. */
export function toDeclarationFile(name: string, reads: readonly EnvRead[]): string {
  const variables = [...new Map(reads.toReversed().map((read) => [read.name, read])).values()]
    .filter((read) => !CONVENTIONAL.test(read.name))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const lines = variables.map(
    (read) =>
      `    ${read.name}: z.string()${read.fallback === undefined ? '.optional()' : `.default(${toLiteral(read.fallback)})`},\n`,
  )
  const env = lines.length === 0 ? '' : `  env: z.object({\n${lines.join('')}  }),\n`
  const imports = `import { defineService } from 'servicex'\n${env === '' ? '' : "import { z } from 'zod'\n"}`
  return `${imports}\n/** What ${name} is: the runtime obeys it, and its manifests are derived from it. */\nexport default defineService({\n  name: '${name}',\n${env}})\n`
}

function toLiteral(text: string): string {
  return `'${text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", String.raw`\'`)
    .replaceAll('\n', String.raw`\n`)}'`
}
