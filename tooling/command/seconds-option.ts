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

/** Reads the value of an option that counts something. Throws SERVICEX_USAGE for what is no whole number from 0 on. */
export function toWhole(text: string): number {
  const count = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(count)) return count
  throw new ServicexError('SERVICEX_USAGE', {
    summary: `${JSON.stringify(text)} is no whole number`,
    fix: 'give a whole number, as 3',
  })
}
