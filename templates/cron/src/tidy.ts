import { log } from 'servicex'

/** Deletes what is older than `keepDays`: put your work in its place. Gives the number of what went. */
export function tidy(keepDays: number, ages: readonly number[] = []): number {
  const gone = ages.filter((days) => days > keepDays).length
  log.info({ gone, keep_days: keepDays }, 'tidied')
  return gone
}
