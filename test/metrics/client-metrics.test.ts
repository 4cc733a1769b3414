import { expect, test } from 'vitest'
import { addClientTargets } from '../../src/context/client-targets.ts'
import { toClientSink } from '../../src/metrics/client-metrics.ts'
import { readMetrics } from '../../src/metrics/open-metrics.ts'

test('what clients do with calls, and how their targets stand, is on /metrics', async () => {
  const sink = toClientSink()
  sink.countAttempts('billing', 'getInvoice', 3)
  sink.onClientPolicy({ kind: 'retry', target: 'billing', reason: 'status' })
  sink.onClientPolicy({ kind: 'retry', target: 'billing', reason: 'status' })
  sink.onClientPolicy({ kind: 'refused', target: 'billing', reason: 'throttle' })
  for (const kind of ['budget_denied', 'ejected', 'hedge', 'lookup_failed'] as const)
    sink.onClientPolicy({ kind, target: 'billing', reason: '' })
  const state = { service: 'billing', inFlight: 2, refusedShare: 0.5 }
  addClientTargets(() => [{ ...state, endpoints: { in: 2, out: 1, due: 0 } }])
  // A second client of the same service, with settings of its own.
  addClientTargets(() => [{ ...state, refusedShare: 0.3, endpoints: { in: 1, out: 0, due: 0 } }])
  const lines = (await readMetrics(undefined)).split('\n')
  expect(lines.filter((line) => line.startsWith('servicex_client_')).toSorted()).toEqual([
    'servicex_client_attempts_total{target="billing",operation="getInvoice"} 3',
    'servicex_client_budget_denied_total{target="billing"} 1',
    'servicex_client_ejections_total{target="billing"} 1',
    'servicex_client_endpoints{target="billing",state="due"} 0',
    'servicex_client_endpoints{target="billing",state="in"} 3',
    'servicex_client_endpoints{target="billing",state="out"} 1',
    'servicex_client_hedges_total{target="billing"} 1',
    'servicex_client_in_flight{target="billing"} 4',
    'servicex_client_lookup_failures_total{target="billing"} 1',
    'servicex_client_refused_ratio{target="billing"} 0.5',
    'servicex_client_refused_total{target="billing",by="throttle"} 1',
    'servicex_client_retries_total{target="billing",reason="status"} 2',
  ])
})
