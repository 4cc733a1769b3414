import { expect, test } from 'vitest'
import { runSeeds } from '../../bench/resilience/seeds.ts'

/** `npm run test:seeds` takes 10 000. */
const SEEDS = Number(process.env['SEEDS'] ?? 150)

test(
  `in ${SEEDS} random worlds, retries stay within the budget and no call outlives its deadline`,
  { timeout: 1_200_000 },
  async () => {
    const report = await runSeeds(SEEDS)
    expect(report).toMatchObject({
      beyondBudget: 0,
      late: 0,
      open: 0,
      brokenSeed: undefined,
    })
    expect(report.calls).toBeGreaterThan(SEEDS * 100)
    expect(report.retries).toBeGreaterThan(SEEDS * 10)
  },
)
