import { METRIC } from '../../../src/convention/metric-names.ts'
import { toRedQueries } from './queries.ts'
import type { Scaffold, ScaffoldInput } from './scaffold.ts'

/** Above these, for this long, somebody is told. */
const ERROR_RATIO = 0.01
const P95_SECONDS = 1
const FOR = '5m'

/** Gives alerts for the Prometheus operator: failing, slow, gone, and telemetry that no longer arrives. */
export function planAlerts({ description }: ScaffoldInput): Scaffold {
  const app = description.name
  const queries = toRedQueries(app, '5m')
  const own = `namespace="${app}"`
  return {
    file: 'alerts.yaml',
    comment: [
      `Alerts of ${app}, for the Prometheus operator. Set the limits to what its users bear.`,
    ],
    manifests: [
      {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'PrometheusRule',
        metadata: { name: app },
        spec: {
          groups: [
            {
              name: app,
              rules: [
                toRule('RequestsFail', `${queries.errorRatio} > ${ERROR_RATIO}`, {
                  severity: 'page',
                  summary: `{{ $value | humanizePercentage }} of the requests to ${app} fail`,
                }),
                toRule('RequestsSlow', `${queries.p95} > ${P95_SECONDS}`, {
                  severity: 'page',
                  summary: `5 of 100 requests to ${app} take longer than {{ $value | humanizeDuration }}`,
                }),
                toRule('Gone', `absent(${METRIC.buildInfo}{${own}})`, {
                  severity: 'page',
                  summary: `no pod of ${app} answers`,
                }),
                toRule('TelemetryDown', `min(${METRIC.telemetryUp}{${own}}) == 0`, {
                  severity: 'ticket',
                  summary: `telemetry of ${app} is not delivered`,
                }),
              ],
            },
          ],
        },
      },
    ],
  }
}

interface RuleWords {
  readonly severity: string
  readonly summary: string
}

function toRule(alert: string, expr: string, { severity, summary }: RuleWords): object {
  return { alert, expr, for: FOR, labels: { severity }, annotations: { summary } }
}
