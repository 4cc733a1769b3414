import { toEnvironmentName } from '../../src/convention/environments.ts'
import { isName, MAX_NAME_LENGTH, toServiceName } from '../../src/convention/names.ts'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { suggestName } from '../../src/convention/suggest-name.ts'

/** The company's preset, as a person names it: `@acme/convention`, with a range where one is given. */
export interface PresetName {
  readonly name: string
  readonly range?: string
}

/** Checks the name of a new app. Throws SERVICEX_USAGE with one that would do. */
export function toAppName(word: string): string {
  if (isName(word)) return word
  const near = toServiceName(word)
  throw usage(
    `${JSON.stringify(word)} can name no service: expected a-z, 0-9 and -, at most ${MAX_NAME_LENGTH} characters`,
    near === 'unnamed-service' ? 'choose another name' : `kube new ${near}`,
  )
}

/** Finds one of `names`, a template or a CI system. Throws SERVICEX_USAGE with the nearest one. */
export function toKnownName(noun: string, word: string, names: readonly string[]): string {
  if (names.includes(word)) return word
  const suggestion = suggestName(word, names)
  const hint = suggestion === undefined ? '' : ` — did you mean "${suggestion}"?`
  throw usage(`there is no ${noun} "${word}"${hint}`, `choose one of ${names.join(', ')}`)
}

/** Reads `@acme/convention`, `@acme/convention@^2` or `./company.json`; without a range the newest is taken. */
export function toPresetName(word: string): PresetName {
  if (word.startsWith('.')) return { name: word }
  const [, name, range = '*'] = /^((?:@[\w.-]+\/)?[\w.-]+)(?:@(.+))?$/.exec(word) ?? []
  if (name === undefined)
    throw usage(`${JSON.stringify(word)} is no package`, 'kube new NAME --extends @acme/convention')
  return { name, range }
}

/** Reads `production=acme-prod`; a word with a dash in front is no option of anything. */
export function toContext(
  word: string,
  others: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [environment = '', context = ''] = word.split(/=(.*)/s)
  if (environment === '' || context === '')
    throw usage(`${JSON.stringify(word)} is no context`, '--context production=NAME')
  return { ...others, [toEnvironmentName(environment)]: context }
}

function usage(summary: string, fix: string): ServicexError {
  return new ServicexError('SERVICEX_USAGE', { summary, fix })
}
