import { describe, expect, test } from 'vitest'
import { toLogRecord } from '../../../tooling/plan/dev/log-line.ts'
import { TRACE } from './dashboard-fixture.ts'

describe('a line', () => {
  test.for([
    [
      'ours',
      { timestamp: '2026-01-01T00:00:00.000Z', severity: 'warn', message: 'm', trace_id: TRACE },
    ],
    [
      'ECS',
      {
        '@timestamp': '2026-01-01T00:00:00.000Z',
        'log.level': 'warn',
        message: 'm',
        'trace.id': TRACE,
      },
    ],
    [
      'Google',
      {
        timestamp: '2026-01-01T00:00:00.000Z',
        severity: 'WARNING',
        message: 'm',
        'logging.googleapis.com/trace': `projects/p/traces/${TRACE}`,
      },
    ],
    [
      'Datadog',
      { timestamp: '2026-01-01T00:00:00.000Z', status: 'warn', message: 'm', trace_id: TRACE },
    ],
    ['pino', { time: 1_767_225_600_000, level: 40, msg: 'm', trace_id: TRACE }],
    [
      'winston',
      { timestamp: '2026-01-01T00:00:00.000Z', level: 'warn', message: 'm', trace_id: TRACE },
    ],
  ] as const)('of %s is read', ([, line]) => {
    const record = toLogRecord(JSON.stringify(line), {
      service: 'x',
      source: 'stdout',
      receivedMs: 0,
    })
    expect(record).toEqual({
      timeMs: 1_767_225_600_000,
      service: 'x',
      severity: 'warn',
      message: 'm',
      traceId: TRACE,
      source: 'stdout',
      fields: {},
    })
  })

  test.for([
    ['stdout', 'info'],
    ['stderr', 'warn'],
  ] as const)('of plain text on %s is %s', ([source, severity]) => {
    const record = toLogRecord('{ not json', { service: 'x', source, receivedMs: 5 })
    expect(record).toMatchObject({ message: '{ not json', severity, timeMs: 5 })
  })
})
