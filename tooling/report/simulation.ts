/** What a simulation of a client came to. */
export interface SimulationFigures {
  readonly calls: number
  readonly successShare: number
  readonly requestsPerCall: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly refused: number
  readonly retries: number
  readonly budgetDenied: number
  readonly ejections: number
  readonly requestsByPod: readonly number[]
}

/** What was simulated, and what it came to with the policies and with none. */
export interface SimulationReport {
  readonly callsPerSecond: number
  readonly pods: number
  readonly faultShare: number
  readonly faultKind: string
  readonly faultyPods: number
  readonly seconds: number
  readonly seed: number
  readonly withPolicies: SimulationFigures
  readonly without: SimulationFigures
}

const ROWS: readonly (readonly [name: string, toText: (figures: SimulationFigures) => string])[] = [
  [
    'calls that succeed',
    ({ calls, successShare }) => (calls === 0 ? 'no call' : toPercent(successShare)),
  ],
  ['requests sent a call', ({ requestsPerCall }) => requestsPerCall.toFixed(2)],
  ['half of the calls take', ({ p50Ms }) => toMilliseconds(p50Ms)],
  ['99 % of the calls take', ({ p99Ms }) => toMilliseconds(p99Ms)],
  ['calls refused before sent', ({ refused }) => String(refused)],
  ['retries', ({ retries }) => String(retries)],
  ['retries not in the budget', ({ budgetDenied }) => String(budgetDenied)],
  ['times a pod was left alone', ({ ejections }) => String(ejections)],
  ['requests by pod', ({ requestsByPod }) => toPods(requestsByPod)],
]

/** Gives a simulation as a person reads it. */
export function toSimulationText(report: SimulationReport): string {
  const { withPolicies, without } = report
  const head = ['', 'servicex', 'no policies']
  const table = [
    head,
    ...ROWS.map(([name, toText]) => [name, toText(withPolicies), toText(without)]),
  ]
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
  const lines = table.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  )
  return `${toHeading(report)}\n\n${lines.map((line) => `  ${line.trimEnd()}\n`).join('')}`
}

/** Gives a simulation as one line of JSON. */
export function toSimulationJson(report: SimulationReport): string {
  return `${JSON.stringify(report)}\n`
}

function toHeading(report: SimulationReport): string {
  const { callsPerSecond, pods, faultShare, faultKind, faultyPods, seconds, seed } = report
  const where = faultyPods === pods ? 'every pod' : `${faultyPods} of them`
  const fault = `${toPercent(faultShare)} of the requests to ${where}: ${faultKind}`
  return `${callsPerSecond} calls a second to ${pods} pods for ${seconds} s; ${fault} (seed ${seed})`
}

function toPercent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`
}

function toMilliseconds(ms: number): string {
  return `${ms.toFixed(ms < 10 ? 1 : 0)} ms`
}

function toPods(requests: readonly number[]): string {
  if (requests.length <= 4) return requests.join(' / ')
  return `${Math.min(...requests)} to ${Math.max(...requests)}`
}
