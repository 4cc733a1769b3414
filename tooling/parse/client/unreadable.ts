import { ServicexError } from '../../../src/convention/servicex-error.ts'

/** What a source that cannot be read rejects with. */
export function unreadable(
  source: string,
  problem: string,
  {
    fix = `correct ${source}, or name another snapshot`,
    cause,
  }: { readonly fix?: string; readonly cause?: unknown } = {},
): ServicexError {
  return new ServicexError('SERVICEX_SNAPSHOT_INVALID', {
    summary: `the snapshot at ${source} cannot be read: ${problem}`,
    fix,
    ...(cause === undefined ? {} : { cause }),
  })
}
