import { toRedQueries } from './queries.ts'
import type { Scaffold, ScaffoldInput } from './scaffold.ts'

const PANEL_WIDTH = 12
const PANEL_HEIGHT = 8

/** Gives a Grafana dashboard of the app's requests, calls and revisions, where Grafana's sidecar finds it. */
export function planDashboard({ description }: ScaffoldInput): Scaffold {
  const app = description.name
  return {
    file: 'dashboard.yaml',
    comment: [
      `A Grafana dashboard of ${app}; Grafana's sidecar loads it by its label.`,
      'The queries count on the label `namespace`, which Prometheus sets for pods it discovers.',
    ],
    manifests: [
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `${app}-dashboard`, labels: { grafana_dashboard: '1' } },
        data: { [`${app}.json`]: `${JSON.stringify(toDashboard(app), undefined, 2)}\n` },
      },
    ],
  }
}

function toDashboard(app: string): object {
  const queries = toRedQueries(app, '5m')
  const panels = [
    { title: 'Requests a second, by route', expr: queries.rate, unit: 'reqps' },
    { title: 'Share of requests that fail', expr: queries.errorRatio, unit: 'percentunit' },
    { title: 'p95 of requests', expr: queries.p95, unit: 's' },
    {
      title: 'Share of calls that fail, by target',
      expr: queries.clientErrorRatio,
      unit: 'percentunit',
    },
    { title: 'Pods by revision', expr: queries.revisions, unit: 'short' },
  ]
  return {
    title: app,
    uid: `servicex-${app}`.slice(0, 40),
    tags: ['servicex'],
    schemaVersion: 39,
    time: { from: 'now-3h', to: 'now' },
    refresh: '30s',
    panels: panels.map(({ title, expr, unit }, index) => ({
      id: index + 1,
      type: 'timeseries',
      title,
      gridPos: {
        x: (index % 2) * PANEL_WIDTH,
        y: Math.floor(index / 2) * PANEL_HEIGHT,
        w: PANEL_WIDTH,
        h: PANEL_HEIGHT,
      },
      fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
      targets: [{ refId: 'A', expr }],
    })),
  }
}
