/** Commands whose first argument is the name of something to do, and not a key. */
const CONTAINERS: ReadonlySet<string> = new Set([
  'ACL',
  'CLIENT',
  'CLUSTER',
  'COMMAND',
  'CONFIG',
  'FUNCTION',
  'LATENCY',
  'MEMORY',
  'MODULE',
  'OBJECT',
  'PUBSUB',
  'SCRIPT',
  'SLOWLOG',
  'XGROUP',
  'XINFO',
])

/** Commands that have no key first: secrets, scripts, text of any kind. */
const KEYLESS: ReadonlySet<string> = new Set([
  'AUTH',
  'ECHO',
  'EVAL',
  'EVALSHA',
  'EVALSHA_RO',
  'EVAL_RO',
  'FCALL',
  'FCALL_RO',
  'HELLO',
  'MIGRATE',
  'PING',
  'SELECT',
  'XREAD',
  'XREADGROUP',
])

const MAX_PLACEHOLDERS = 8
const MAX_KEY_CHARS = 128
const WORD = /^[A-Za-z][A-Za-z_-]{0,23}$/

/**
 * Gives a Redis command without its values: `SET user:? ?`. Of a key, the parts that are words are
 * kept: the others are ids, and may be session tokens.
 *
 * What the clients themselves publish is not enough: they show the arguments of CONFIG SET, ACL
 * SETUSER and EVAL as they are.
 */
export function redisText(command: string, args: readonly string[]): string {
  const [first, ...others] = args
  if (first === undefined) return command
  const shown = toShown(command, first.slice(0, MAX_KEY_CHARS))
  const placeholders = others.slice(0, MAX_PLACEHOLDERS).map(() => '?')
  const rest = others.length > MAX_PLACEHOLDERS ? ['…'] : []
  return [command, shown, ...placeholders, ...rest].join(' ')
}

function toShown(command: string, first: string): string {
  if (KEYLESS.has(command)) return '?'
  if (CONTAINERS.has(command)) return WORD.test(first) ? first.toUpperCase() : '?'
  return first
    .split(/([:/|.{}])/)
    .map((part, index) => (index % 2 === 1 || part === '' || WORD.test(part) ? part : '?'))
    .join('')
}
