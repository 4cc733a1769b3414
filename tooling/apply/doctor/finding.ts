import type { Check } from '../../../src/convention/doctor.ts'
import { ServicexError } from '../../../src/convention/servicex-error.ts'

/** Gives the check that an error means: what our own errors say, with their fix. */
export function toFailedCheck(
  { category, name }: Pick<Check, 'category' | 'name'>,
  error: unknown,
  status: 'warn' | 'fail' = 'fail',
): Check {
  if (!ServicexError.is(error)) {
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    return { category, name, status, message }
  }
  const [head = ''] = error.message.split('\n')
  const message = [head.replace(`${error.code}  `, ''), ...error.details].join('; ')
  return { category, name, status, message, fix: error.fix }
}
