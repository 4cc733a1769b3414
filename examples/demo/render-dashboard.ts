import type { Style } from './render-story.ts'
import type { RunningDashboard } from './start-dashboard.ts'

/** Says where the dashboard is, and which three clicks tell the story of the request that failed. */
export function renderDashboard({ url }: RunningDashboard, style: Style): string {
  const clicks = [
    ['1', 'the first of the latest errors', 'its stack, with the line of code'],
    ['2', 'See the whole trace', 'the spans of both services, their lines and errors between them'],
    ['3', 'one of the metrics it was counted by', 'the point that is this request'],
  ] as const
  return [
    `${style('bold', 'Its whole story, in three clicks')}: ${style(['bold', 'underline'], url)}`,
    ...clicks.map(([number, what, shown]) => `   ${number}  ${what.padEnd(38)} ${shown}`),
  ].join('\n')
}
