import { expect, test } from 'vitest'
import { ROWS } from '../../../bench/resilience/rows.ts'
import { SERVICEX } from '../../../bench/resilience/systems/servicex.ts'

/**
 * Not here: an outage of which one sees the end, and a rolling restart, which take half a minute; names,
 * which are in name-server.test.ts; what clients cost the type checker. The bench has them all.
 */
const ELSEWHERE = new Set([3, 20, 21, 22, 25, 31])

// Real time on a machine that does other things as well: a second look tells a fault from a stall.
test.for(ROWS.filter(({ number }) => !ELSEWHERE.has(number)))(
  'row $number, real connections: $fault: $needs',
  { retry: 3 },
  async ({ measure }) => {
    const measured = await measure({ system: SERVICEX, short: true })
    expect(measured.holds, measured.figures).toBe(true)
  },
)
