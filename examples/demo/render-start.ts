import type { Style } from './render-story.ts'
import type { Answered } from './send-traffic.ts'
import type { ShownService } from './start-dashboard.ts'

/** Says what runs, and where; `note` says where it sends what it tells. */
export function renderStart(
  services: readonly ShownService[],
  style: Style,
  note?: string,
): string {
  const rows = services.map(
    ({ name, url, adminUrl }) => `   ${name.padEnd(8)} ${url}   health and metrics: ${adminUrl}`,
  )
  return [
    style(
      'bold',
      'Two services of their own process each; users asks billing for the latest invoice of each',
    ),
    ...rows,
    ...(note === undefined ? [] : [`   ${note}`]),
    '',
  ].join('\n')
}

/** Says what was sent, and which request the rest is about. */
export function renderTraffic(answers: readonly Answered[], style: Style): string {
  const counts = Object.entries(Object.groupBy(answers, ({ status }) => status))
    .map(([status, group]) => `${group?.length} × ${status}`)
    .join(', ')
  const failed = answers.findLast(({ status }) => status >= 500)
  return [
    style('bold', `${answers.length} requests sent to users: ${counts}`),
    `   One failed: GET ${failed?.path} answered ${failed?.status}. What each signal says of it:`,
    '',
  ].join('\n')
}
