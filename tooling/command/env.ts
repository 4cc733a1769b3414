import { resolve } from 'node:path'
import type { Command } from 'commander'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { readVariables, unsetVariable, writeVariable } from '../apply/deploy/variables.ts'
import { writePrivateFile } from '../apply/write-private-file.ts'
import { readSecretText } from '../parse/secret-text.ts'
import { toDotenv } from '../plan/deploy/dotenv.ts'
import { EXIT } from '../report/exit-code.ts'
import { toTable } from '../report/table.ts'
import type { CommandContext } from './command.ts'
import { type OpenApp, withApp, withAppToRead } from './open-app.ts'

interface EnvFlags {
  readonly json?: boolean
  readonly file: string
}

const HELP = `
  list           the names, and how long each value is; never a value
  set KEY        takes the value from standard input, or asks for it: it stands in no history
  unset KEY      removes it
  pull           writes all of them to a file that only you can read (.env)

pods see a new value when they are rolled: kube <env> restart, or the next deploy
`

/** `kube <env> env list|set|unset|pull`: the variables of the app, in its Secret. */
export function attachEnv(command: Command, context: CommandContext): void {
  command
    .argument('<environment>', 'production, qa, …')
    .argument('<verb>', 'list, set, unset or pull')
    .argument('[key]', 'the name of the variable')
    .option('--json', 'print one JSON object, without a value')
    .option('--file <path>', 'pull: the file to write', '.env')
    .addHelpText('after', HELP)
    .action((word: string, verb: string, key: string | undefined, flags: EnvFlags) =>
      (verb === 'list' ? withAppToRead : withApp)(context, word, async (app) => {
        await carryOut(context, { app, verb, key, flags })
        context.finish(EXIT.done)
      }),
    )
}

interface EnvCall {
  readonly app: OpenApp
  readonly verb: string
  readonly key: string | undefined
  readonly flags: EnvFlags
}

async function carryOut({ host, terminal }: CommandContext, call: EnvCall): Promise<void> {
  const { app, verb, flags } = call
  const tellJson = (result: object): void => {
    if (flags.json === true) terminal.stdout.write(`${JSON.stringify(result)}\n`)
  }
  switch (verb) {
    case 'list': {
      const found = [...(await readVariables(app))].map(
        ([name, value]) => [name, value.length] as const,
      )
      const text =
        flags.json === true
          ? `${JSON.stringify(Object.fromEntries(found))}\n`
          : toTable(
              ['variable', 'characters'],
              found.map(([name, length]) => [name, String(length)]),
            )
      terminal.stdout.write(text)
      return
    }
    case 'set': {
      const key = toKey(call)
      terminal.stderr.write(process.stdin.isTTY ? `value of ${key} (not shown): ` : '')
      const value = await readSecretText(process.stdin)
      await writeVariable(app, key, value)
      const length = `${value.length} ${value.length === 1 ? 'character' : 'characters'}`
      terminal.stderr.write(`set ${key} (${length}); pods see it when they are rolled\n`)
      return tellJson({ set: key, characters: value.length })
    }
    case 'unset':
      await unsetVariable(app, toKey(call))
      terminal.stderr.write(`unset ${toKey(call)}\n`)
      return tellJson({ unset: toKey(call) })
    case 'pull': {
      const variables = await readVariables(app)
      await writePrivateFile(resolve(host.cwd(), flags.file), toDotenv(variables))
      const what = variables.size === 1 ? 'variable' : 'variables'
      terminal.stderr.write(`wrote ${variables.size} ${what} to ${flags.file}\n`)
      return tellJson({ file: flags.file, variables: [...variables.keys()] })
    }
    default:
      throw usage(`${JSON.stringify(verb)} is none of list, set, unset and pull`)
  }
}

/** Source: POSIX, names of environment variables. */
function toKey({ key = '' }: EnvCall): string {
  if (/^[A-Za-z_]\w*$/.test(key)) return key
  const isPair = key.includes('=')
  throw usage(
    isPair
      ? 'give the name alone: a value on the command line stays in its history'
      : `${JSON.stringify(key)} can name no variable`,
  )
}

function usage(summary: string): ServicexError {
  return new ServicexError('SERVICEX_USAGE', {
    summary: `kube env: ${summary}`,
    fix: 'kube <env> env set <KEY> < file',
  })
}
