import type { ErrorAnswer, ErrorGroup, MetricAnswer, MetricSummary } from '../../plan/dev/api.ts'
import { toPlainLine } from '../plain-text.ts'
import { toClock } from './log-text.ts'
import type { Style } from './style.ts'

/** Spells the groups of errors, the one that happened last first. */
export function toErrorListText(groups: readonly ErrorGroup[], style: Style): string {
  if (groups.length === 0) return 'no errors\n'
  return groups
    .map(({ group, service, type, message, place, count, lastMs, lastTraceId }) =>
      [
        style('red', `${type}: ${toPlainLine(message)}`),
        `  ${style('cyan', service)}  ${count} ×, last ${toClock(lastMs)}${place === undefined ? '' : `  ${toPlainLine(place)}`}`,
        style(
          'dim',
          `  error ${group}${lastTraceId === undefined ? '' : `  trace ${lastTraceId}`}`,
        ),
        '',
      ].join('\n'),
    )
    .join('\n')
}

/** Spells one group with the stack of its newest error. */
export function toErrorText(error: ErrorAnswer, style: Style): string {
  const [newest] = error.items
  const frames = (newest?.detail.frames ?? []).map(({ file, line, function: name, isOwn }) =>
    style(
      isOwn ? 'reset' : 'dim',
      `    at ${toPlainLine(name ?? '<anonymous>')} (${toPlainLine(file)}:${line ?? '?'})`,
    ),
  )
  const causes = (newest?.detail.causes ?? []).map(
    ({ type, message }) => `  caused by ${type}: ${toPlainLine(message)}`,
  )
  return `${toErrorListText([error], style)}${[...frames, ...causes].join('\n')}\n`
}

/** Spells every metric, the one that moved last first. */
export function toMetricListText(metrics: readonly MetricSummary[], style: Style): string {
  if (metrics.length === 0) return 'no metrics\n'
  const width = Math.max(...metrics.map(({ name }) => name.length))
  return metrics
    .map(({ name, kind, seriesCount, services, movedMs }) =>
      [
        toPlainLine(name).padEnd(width),
        kind.padEnd(9),
        `${seriesCount} series`.padEnd(12),
        style('dim', toClock(movedMs)),
        style('cyan', services.join(', ')),
      ].join('  '),
    )
    .join('\n')
    .concat('\n')
}

/** Spells the series of one metric with their newest values. */
export function toMetricText({ name, kind, help, series }: MetricAnswer, style: Style): string {
  const rows = series.map(({ service, labels, last, mean, values }) => {
    const pairs = Object.entries(labels).map(([label, value]) => `${label}="${toPlainLine(value)}"`)
    const rate = kind === 'gauge' ? undefined : values.at(-1)
    const parts = [
      String(last),
      ...(rate === undefined || rate === null ? [] : [`${rate.toFixed(2)}/s`]),
      ...(mean === undefined ? [] : [`mean ${mean.toPrecision(3)}`]),
    ]
    return `  ${style('cyan', service)} {${pairs.join(',')}}  ${parts.join('  ')}`
  })
  return [
    style('bold', `${name}  ${kind}`),
    style('dim', `  ${toPlainLine(help)}`),
    ...rows,
    '',
  ].join('\n')
}
