import { describe, expect, test } from 'vitest'
import { runKube } from '../run-kube.ts'

describe('kube client simulate', () => {
  test('prints what the policies do beside none, the same for the same seed', async () => {
    const argv = [
      'client',
      'simulate',
      '--rps',
      '200',
      '--pods',
      '3',
      '--fault',
      '0.3',
      '--seconds',
      '20',
    ]
    const [one, same, other] = await Promise.all([
      runKube(argv),
      runKube(argv),
      runKube([...argv, '--seed', '2']),
    ])
    expect(one.exitCode).toBe(0)
    expect(one.stdout).toContain(
      '200 calls a second to 3 pods for 20 s; 30 % of the requests to every pod: 503 (seed 1)',
    )
    expect(one.stdout).toMatch(/calls that succeed {2,}8\d\.\d+ % {2,}\d\d(\.\d+)? %/)
    expect(one).toEqual(same)
    expect(one.stdout).not.toBe(other.stdout)
  })

  test('--json prints one object with both', async () => {
    const argv = 'client simulate --kind refuse --fault 1 --faulty-pods 1 --seconds 5 --json'
    const { stdout } = await runKube(argv.split(' '))
    expect(stdout.split('\n')).toHaveLength(2)
    expect(JSON.parse(stdout)).toMatchObject({
      pods: 3,
      faultKind: 'refuse',
      withPolicies: { successShare: 1, budgetDenied: 0 },
      without: { requestsPerCall: 1 },
    })
  })

  test.for(['503', 'reset', 'refuse', 'hang', 'slow'])('knows the fault %s', async (kind) => {
    const { exitCode } = await runKube(['client', 'simulate', '--kind', kind, '--seconds', '2'])
    expect(exitCode).toBe(0)
  })

  test('--set changes a setting', async () => {
    const argv = [
      'client',
      'simulate',
      '--seconds',
      '5',
      '--json',
      '--set',
      'attempts=1',
      '--set',
      'throttle=false',
    ]
    const { stdout } = await runKube(argv)
    expect(JSON.parse(stdout)).toMatchObject({ withPolicies: { requestsPerCall: 1, retries: 0 } })
  })

  test.for([
    [['--pods', '0'], '--pods is "0", not a number from 1 to 200'],
    [['--pods', '2.5'], '--pods is "2.5", not a whole number'],
    [['--faulty-pods', '1.5'], '--faulty-pods is "1.5", not a whole number'],
    [['--seed', '1.5'], '--seed is "1.5", not a whole number'],
    [['--rps', '5000', '--seconds', '600'], '5000 calls a second for 600 s are more than 1000000'],
    [['--set', 'operations=1'], 'operations: expected settings by operation'],
    [['--rps', ''], '--rps is "", not a number from 0.1 to 5000'],
    [['--fault', '2'], '--fault is "2", not a number from 0 to 1'],
    [['--faulty-pods', '4'], '--faulty-pods is "4", not a number from 0 to 3'],
    [['--kind', 'fire'], '--kind is "fire", not one of 503, reset, refuse, hang, slow'],
    [['--set', 'attempts'], '--set is "attempts", not a setting like attempts=2'],
    [['--set', 'attempts=20'], 'attempts: expected a whole number from 1 to 10'],
    [['--set', 'tries=2'], 'tries: is no setting'],
    [['--set', 'constructor=2'], 'constructor: is no setting'],
  ] as const)('%j is refused', async ([argv, problem]) => {
    const { exitCode, stderr, stdout } = await runKube(['client', 'simulate', ...argv])
    expect(stderr).toContain(problem)
    expect([exitCode, stdout]).toEqual([2, ''])
  })
})
