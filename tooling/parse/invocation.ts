import { isName } from '../../src/convention/names.ts'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { suggestName } from '../../src/convention/suggest-name.ts'

/** What a command line asks for. */
export type Invocation =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'command'; readonly name: string; readonly rest: readonly string[] }

/** The names `toInvocation` knows: a tool, and its commands. */
export interface Vocabulary {
  readonly name: string
  readonly commands: readonly { readonly name: string; readonly takesEnvironment?: true }[]
}

const HELP: readonly string[] = ['--help', '-h', 'help']

/**
 * Reads the first words of a command line: a command, or an environment and a command, as in
 * `kube prod deploy`; the environment is the command's first argument then. Throws SERVICEX_USAGE when no command is named.
 */
export function toInvocation(tool: Vocabulary, argv: readonly string[]): Invocation {
  const [first = '--help', ...rest] = argv
  const isProduction = /^prod(?:uction)?$/.test(first)
  if (HELP.includes(isProduction ? (rest[0] ?? '') : first)) return { kind: 'help' }
  if (['--version', '-V'].includes(first)) return { kind: 'version' }
  const names = tool.commands.map(({ name }) => name)
  if (names.includes(first)) return { kind: 'command', name: first, rest }
  const [second = '', ...others] = rest
  const verbs = tool.commands.filter((one) => one.takesEnvironment).map(({ name }) => name)
  if (verbs.includes(second) && isName(first))
    return { kind: 'command', name: second, rest: [first, ...others] }
  const isEnvironment =
    isProduction ||
    (isName(first) && suggestName(first, names) === undefined && isSlip(second, verbs))
  if (verbs.length > 0 && isEnvironment) throw unknownVerb(`${tool.name} ${first}`, second, verbs)
  throw unknownWord(tool.name, first, names)
}

function isSlip(word: string, names: readonly string[]): boolean {
  return suggestName(word, names) !== undefined
}

function unknownVerb(words: string, verb: string, verbs: readonly string[]): ServicexError {
  const suggestion = suggestName(verb, verbs)
  const hint = suggestion === undefined ? '' : ` — did you mean "${suggestion}"?`
  return new ServicexError('SERVICEX_USAGE', {
    summary:
      verb === ''
        ? `${words} wants a command`
        : `${words} has no command ${JSON.stringify(verb)}${hint}`,
    fix: `${words} ${suggestion ?? verbs.join('|')}`,
  })
}

function unknownWord(tool: string, word: string, names: readonly string[]): ServicexError {
  const what = word.startsWith('-') ? 'option' : 'command'
  const known = what === 'option' ? ['--help', '--version'] : names
  const suggestion = suggestName(word, known)
  const hint = suggestion === undefined ? '' : ` — did you mean "${suggestion}"?`
  return new ServicexError('SERVICEX_USAGE', {
    summary: `${tool} has no ${what} "${word}"${hint}`,
    fix: `${tool} ${suggestion ?? '--help'}`,
  })
}
