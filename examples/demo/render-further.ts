import type { Style } from './render-story.ts'
import type { ShownService } from './start-dashboard.ts'
import type { LogLine } from './start-service.ts'

/** Says how to look further: commands while the services run, else how to keep them running. */
export function renderFurther(
  { users, once }: { readonly users: ShownService; readonly once: boolean },
  style: Style,
): string {
  const { url, adminUrl } = users
  if (once)
    return `\n${style('bold', 'Look further')}\n   npm run demo   keeps both services running, and shows them on the local dashboard`
  const commands = [
    ['another good request', `curl ${url}/users/1`],
    ['the failing one again', `curl ${url}/users/7`],
    ['readiness', `curl ${adminUrl}/readyz`],
    [
      'metrics, with exemplars',
      `curl -H 'Accept: application/openmetrics-text' ${adminUrl}/metrics`,
    ],
    ['debug lines for a minute', `curl -X PUT '${adminUrl}/loglevel?level=debug&for=60'`],
  ]
  return [
    `\n${style('bold', 'Look further')}, from another terminal`,
    ...commands.map(([what = '', command]) => `   ${what.padEnd(25)} ${command}`),
    `   ${'end'.padEnd(25)} Ctrl-C: both services drain and stop`,
    `\n${style('bold', 'Lines of both services from now on')}`,
  ].join('\n')
}

/** Spells a line that has just been written, in brief. */
export function renderLiveLine(line: LogLine, style: Style): string {
  const { timestamp, severity, service, message, trace_id: traceId } = line
  const text = `   ${timestamp.slice(11, 23)} ${severity.padEnd(5)} ${service.padEnd(8)} ${message}`
  return traceId === undefined ? text : `${text}  ${style('dim', `trace ${traceId}`)}`
}
