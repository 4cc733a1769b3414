import { ServicexError } from '../../src/convention/servicex-error.ts'

/** Reads the value of an option in seconds. Throws SERVICEX_USAGE for what is no number above 0. */
export function toSeconds(text: string): number {
  const seconds = Number(text)
  if (Number.isFinite(seconds) && seconds > 0) return seconds
  throw new ServicexError('SERVICEX_USAGE', {
    summary: `${JSON.stringify(text)} is no number of seconds`,
    fix: 'give seconds, as 300',
  })
}
