import { expect, test } from 'vitest'
import { LOG_KEYS, type LogKeyPreset } from '../../src/convention/log-keys.ts'
import { startApp } from './app.ts'

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'

/** Where each preset's readers look for what an access line tells. */
const ACCESS_LINES: Readonly<Record<LogKeyPreset, object>> = {
  otel: {
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    severity: 'info',
    message: 'GET /users/:id 200',
    service: 'billing',
    version: '3fa1c2e',
    environment: 'production',
    trace_id: TRACE_ID,
    span_id: expect.stringMatching(/^[0-9a-f]{16}$/),
    trace_flags: '01',
    request_id: 'r1',
    http: {
      method: 'GET',
      route: '/users/:id',
      path: '/users/7',
      status: 200,
      duration_ms: expect.any(Number),
      user_agent: 'test/1',
    },
  },
  gcp: {
    timestamp: expect.any(String),
    severity: 'INFO',
    message: 'GET /users/:id 200',
    service: 'billing',
    version: '3fa1c2e',
    environment: 'production',
    'logging.googleapis.com/trace': `projects/shop/traces/${TRACE_ID}`,
    'logging.googleapis.com/spanId': expect.any(String),
    'logging.googleapis.com/trace_sampled': true,
    request_id: 'r1',
    httpRequest: {
      requestMethod: 'GET',
      requestUrl: '/users/7',
      status: 200,
      latency: expect.stringMatching(/^\d+\.\d{6}s$/),
      userAgent: 'test/1',
    },
    route: '/users/:id',
  },
  ecs: {
    '@timestamp': expect.any(String),
    'log.level': 'info',
    message: 'GET /users/:id 200',
    'service.name': 'billing',
    'service.version': '3fa1c2e',
    'service.environment': 'production',
    'ecs.version': '8.11.0',
    'trace.id': TRACE_ID,
    'span.id': expect.any(String),
    'trace.flags': '01',
    'http.request.id': 'r1',
    'http.request.method': 'GET',
    'http.route': '/users/:id',
    'url.path': '/users/7',
    'http.response.status_code': 200,
    'event.duration': expect.any(Number),
    'user_agent.original': 'test/1',
  },
  datadog: {
    timestamp: expect.any(String),
    status: 'info',
    message: 'GET /users/:id 200',
    service: 'billing',
    version: '3fa1c2e',
    env: 'production',
    trace_id: TRACE_ID,
    span_id: expect.any(String),
    trace_flags: '01',
    request_id: 'r1',
    http: {
      method: 'GET',
      route: '/users/:id',
      url_details: { path: '/users/7' },
      status_code: 200,
      useragent: 'test/1',
    },
    duration: expect.any(Number),
  },
}

test.for(Object.keys(ACCESS_LINES) as LogKeyPreset[])(
  'a running service writes its lines in preset %s, and nothing else',
  async (preset) => {
    const app = await startApp({
      SERVICEX_LOG_FORMAT: preset,
      SERVICEX_REVISION: '3fa1c2e',
      GOOGLE_CLOUD_PROJECT: 'shop',
    })
    await app.get('/users/7?token=hunter2', {
      traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01`,
      'x-request-id': 'r1',
      'user-agent': 'test/1',
    })
    await app.get('/throw')
    const { code, stderr } = await app.stop()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const { severity, error } = LOG_KEYS[preset]
    expect(app.lines).toContainEqual(ACCESS_LINES[preset])
    const failed = app.lines.find(({ message }) => message === 'GET /throw 500')
    expect(String(failed?.[severity]).toLowerCase()).toBe('error')
    expect(JSON.stringify(failed)).toContain(preset === 'ecs' ? 'error.stack_trace' : `"${error}"`)
    expect(app.texts.join('\n')).not.toContain('hunter2')
  },
)

test('a job is a line of its own, and its lines belong to it', async () => {
  const app = await startApp()
  await app.get('/job')
  const line = await app.waitForLine(({ message }) => message === 'job nightly ok')
  const working = app.lines.find(({ message }) => message === 'working')
  expect(line).toMatchObject({ job: { name: 'nightly', outcome: 'ok' }, severity: 'info' })
  expect(working).toMatchObject({ trace_id: line['trace_id'], span_id: line['span_id'] })
  await app.stop()
})
