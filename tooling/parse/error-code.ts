import type { ErrorCode } from '../../src/convention/error-codes.ts'
import { ERRORS } from '../../src/convention/error-codes.ts'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { suggestName } from '../../src/convention/suggest-name.ts'

const PREFIX = 'SERVICEX_'

/** Reads an error code as a person types it, in any case, with or without its prefix. Throws SERVICEX_USAGE. */
export function toErrorCode(word: string): ErrorCode {
  const upper = word.toUpperCase().replaceAll('-', '_')
  const code = upper.startsWith(PREFIX) ? upper : `${PREFIX}${upper}`
  if (isErrorCode(code)) return code
  const suggestion = suggestCode(code)
  const hint = suggestion === undefined ? '' : ` — did you mean "${suggestion}"?`
  throw new ServicexError('SERVICEX_USAGE', {
    summary: `there is no error code "${word}"${hint}`,
    fix:
      suggestion === undefined
        ? 'copy the SERVICEX_… word from the first line of the error'
        : `kube explain ${suggestion}`,
  })
}

/** The prefix, which all have, makes no code nearer than another. */
function suggestCode(code: string): string | undefined {
  const names = Object.keys(ERRORS).map((each) => each.slice(PREFIX.length))
  const name = suggestName(code.slice(PREFIX.length), names)
  return name === undefined ? undefined : `${PREFIX}${name}`
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code)
}
