import type { ProcessFacts } from '../../plan/dev/api.ts'
import type { Style } from './style.ts'

/** Says where the dashboard is, and what runs where. */
export function toSessionText(
  { url, origin }: { readonly url: string; readonly origin: string },
  processes: readonly ProcessFacts[],
  style: Style,
): string {
  const width = Math.max(9, ...processes.map(({ name }) => name.length))
  const rows = processes.map(
    ({ name, url: address, adminUrl }) =>
      `  ${name.padEnd(width)}  ${address}   ${style('dim', `health and metrics ${adminUrl}`)}`,
  )
  return [
    '',
    `  ${style('bold', 'dashboard'.padEnd(width))}  ${style(['bold', 'underline'], url)}`,
    ...rows,
    style(
      'dim',
      `  ${'OTLP'.padEnd(width)}  ${origin} takes traces, logs and metrics of any other process`,
    ),
    style('dim', `  ${'end'.padEnd(width)}  Ctrl-C: the services drain and stop`),
    '',
    '',
  ].join('\n')
}
