import type { Command } from 'commander'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { readClusterExceptions } from '../apply/deploy/exception-records.ts'
import { readProject } from '../parse/project.ts'
import { type ExceptionSettings, toExceptions } from '../parse/rule-settings.ts'
import { RULES } from '../plan/rules/catalog.ts'
import { judgeException, type JudgedException } from '../plan/rules/exception.ts'
import {
  type EnvironmentExceptions,
  toAllExceptionsJson,
  toAllExceptionsText,
  toExceptionsJson,
  toExceptionsText,
} from '../report/exceptions.ts'
import { EXIT } from '../report/exit-code.ts'
import type { CommandContext } from './command.ts'
import { openTarget } from './open-target.ts'

interface ExceptionFlags {
  readonly all?: boolean
  readonly json?: boolean
}

const HELP = `
kube exceptions · kube exceptions --all · kube prod exceptions --all

exit codes: 0 all hold, 3 one has ended or holds too long
`

/** `kube exceptions`: lists what the repository, or every deployed app, is permitted for now; exits 3 when one has ended. */
export function attachExceptions(command: Command, context: CommandContext): void {
  command
    .argument('[environment]', 'with --all: that one alone, instead of every one of the settings')
    .option('--all', 'list those of every namespace, as the deploys have recorded them')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action((environment: string | undefined, flags: ExceptionFlags) =>
      flags.all === true || environment !== undefined
        ? listAll(context, environment, flags)
        : listOwn(context, flags),
    )
}

async function listOwn(
  { terminal, host, finish }: CommandContext,
  flags: ExceptionFlags,
): Promise<void> {
  const { name, settings } = await readProject(host.cwd())
  const exceptions = judgeAll(settings.exceptions ?? [])
  const text = flags.json === true ? toExceptionsJson : toExceptionsText
  terminal.stdout.write(text(name, exceptions))
  finish(exceptions.some(isOver) ? EXIT.refused : EXIT.done)
}

async function listAll(
  { terminal, host, finish }: CommandContext,
  environment: string | undefined,
  flags: ExceptionFlags,
): Promise<void> {
  const { settings } = await readProject(host.cwd())
  const names = environment === undefined ? Object.keys(settings.environments ?? {}) : [environment]
  if (names.length === 0)
    throw new ServicexError('SERVICEX_SETTINGS_INVALID', {
      summary: 'the settings name no environment whose cluster could be asked',
      fix: 'set environments.<name>.context in package.json#servicex',
    })
  const all: EnvironmentExceptions[] = []
  for (const name of names) all.push(await readEnvironment(host, name))
  const text = flags.json === true ? toAllExceptionsJson : toAllExceptionsText
  terminal.stdout.write(text(all))
  const judged = all.flatMap(({ apps }) => apps.flatMap(({ exceptions }) => exceptions))
  finish(judged.some(isOver) ? EXIT.refused : EXIT.done)
}

async function readEnvironment(
  host: CommandContext['host'],
  word: string,
): Promise<EnvironmentExceptions> {
  const { client, project, environment } = await openTarget(host, word, { isReadOnly: true })
  try {
    const { apps, unread } = await readClusterExceptions(client, project.name)
    return {
      environment: environment.name,
      apps: apps
        .map((app) => ({ ...app, exceptions: judgeAll(toExceptions(app.exceptions)) }))
        .toSorted((a, b) => (a.app < b.app ? -1 : 1)),
      unread,
    }
  } finally {
    client.close()
  }
}

/** The soonest end first. */
function judgeAll(exceptions: readonly ExceptionSettings[]): readonly JudgedException[] {
  return exceptions
    .map((exception) => judgeException(exception, RULES, Date.now() / 1000))
    .toSorted((a, b) => a.daysLeft - b.daysLeft)
}

function isOver({ state }: JudgedException): boolean {
  return state === 'expired' || state === 'too-long'
}
