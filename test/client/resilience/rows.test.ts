import { expect, test } from 'vitest'
import { ROWS } from '../../../bench/resilience/rows.ts'
import { SERVICEX } from '../../../bench/resilience/systems/servicex.ts'

/** An outage of which one sees the end, and a rolling restart, take half a minute: the bench has them. */
const LONG = new Set([3, 25])

// Real time on a machine that does other things as well: a second look tells a fault from a stall.
test.for(ROWS.filter(({ number }) => !LONG.has(number)))(
  'row $number, real connections: $fault: $needs',
  { retry: 3 },
  async ({ measure }) => {
    const measured = await measure({ system: SERVICEX, short: true })
    expect(measured.holds, measured.figures).toBe(true)
  },
)
