import { isName } from '../../src/convention/names.ts'
import { ServicexError } from '../../src/convention/servicex-error.ts'

/** What `kube generate` was asked for: everything, or one scaffold; for one environment, or for all. */
export interface GenerateCall {
  readonly environment?: string
  readonly scaffold?: string
  /** What stands after the scaffold's name. */
  readonly name?: string
}

/**
 * Reads the words after `kube generate`: an environment, a scaffold and its name, each of which may be
 * absent. Throws SERVICEX_USAGE for a word too many, or a name that is no DNS label or host.
 */
export function toGenerateCall(
  words: readonly string[],
  scaffolds: readonly string[],
): GenerateCall {
  const at = words.findIndex((word) => scaffolds.includes(word))
  const before = at === -1 ? words : words.slice(0, at)
  const after = at === -1 ? [] : words.slice(at + 1)
  const [environment, ...tooMany] = before
  const [name, ...more] = after
  const extra = [...tooMany, ...more][0]
  if (extra !== undefined) throw usage(`${JSON.stringify(extra)} is one word too many`)
  if (name !== undefined && !name.split('.').every(isName))
    throw usage(`${JSON.stringify(name)} can name no object — expected a-z, 0-9 and -`)
  return {
    ...(environment === undefined ? {} : { environment }),
    ...(at === -1 ? {} : { scaffold: words[at] ?? '' }),
    ...(name === undefined ? {} : { name }),
  }
}

function usage(summary: string): ServicexError {
  return new ServicexError('SERVICEX_USAGE', {
    summary: `kube generate: ${summary}`,
    fix: 'kube generate --help',
  })
}
