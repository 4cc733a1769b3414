import { expect, test } from 'vitest'
import type { ProcessFacts, ServiceSummary } from '../../../tooling/plan/dev/api.ts'
import { toHints } from '../../../tooling/plan/dev/hints.ts'

const NOW_MS = 100_000
const NOTHING: ServiceSummary['counts'] = { spans: 0, logs: 0, errors: 0, points: 0 }
const RUNNING: ProcessFacts = {
  name: 'billing',
  state: 'running',
  root: '/apps/billing',
  command: 'node src/app.ts',
  startedMs: NOW_MS - 60_000,
  restarts: 0,
  url: 'http://127.0.0.1:21001',
  adminUrl: 'http://127.0.0.1:21002',
  isListening: true,
  isScraped: true,
  findings: [],
}
const DOCTOR = { message: 'pg: needs --import', fix: 'start it with --import servicex/register' }

interface Case {
  readonly process?: Partial<ProcessFacts>
  readonly counts?: Partial<ServiceSummary['counts']>
  /** The beginning of each hint. */
  readonly hints: readonly string[]
}

test.for<readonly [what: string, given: Case]>([
  [
    'that crashed',
    {
      process: { state: 'crashed', ended: 'exited with 1' },
      hints: ['no telemetry because the process exited with 1'],
    },
  ],
  [
    'that is stopped',
    { process: { state: 'stopped' }, hints: ['no telemetry because the process is stopped'] },
  ],
  ['that is being started anew', { process: { state: 'restarting' }, hints: [] }],
  [
    'that began a moment ago',
    { process: { startedMs: NOW_MS - 1_000, isScraped: false }, hints: [] },
  ],
  [
    'that has not called init()',
    {
      process: { isScraped: false },
      hints: [
        'no telemetry because nothing answers on the admin port http://127.0.0.1:21002: billing has not called init()',
      ],
    },
  ],
  [
    'that has not called init(), and listens elsewhere',
    {
      process: { isScraped: false, isListening: false },
      hints: [
        'no telemetry because nothing answers on the admin port',
        'no requests because nothing listens on PORT=21001',
      ],
    },
  ],
  [
    'whose /metrics cannot be read',
    {
      process: { scrapeProblem: '/metrics answers 500' },
      hints: ['no metrics because /metrics answers 500'],
    },
  ],
  [
    'that listens elsewhere',
    {
      process: { isListening: false },
      hints: ['no requests because nothing listens on PORT=21001'],
    },
  ],
  ['that nobody has asked yet', { hints: ['no traces because no request has come yet'] }],
  ['that tells of everything', { counts: { spans: 1, points: 1 }, hints: [] }],
  [
    'of which doctor knows something',
    { process: { findings: [DOCTOR] }, counts: { spans: 1 }, hints: [DOCTOR.message] },
  ],
])('a service %s: what there is to see less of, and why', ([, { process, counts, hints }]) => {
  const found = toHints({
    process: { ...RUNNING, ...process },
    counts: { ...NOTHING, ...counts },
    nowMs: NOW_MS,
  })
  expect(found.map(({ message }, index) => message.startsWith(hints[index] ?? '?'))).toEqual(
    hints.map(() => true),
  )
  expect(found.every(({ fix }) => fix.length > 0)).toBe(true)
})

test('a process that sends only lines is told where to send the rest', () => {
  const facts = { process: undefined, nowMs: NOW_MS }
  const [hint] = toHints({ ...facts, counts: { ...NOTHING, logs: 1 } })
  expect(hint).toEqual({
    message: 'no traces because this process sends lines only',
    fix: expect.stringContaining('OTEL_EXPORTER_OTLP_ENDPOINT') as unknown,
  })
  expect(toHints({ ...facts, counts: { ...NOTHING, logs: 1, spans: 1 } })).toEqual([])
})
