import { basename } from 'node:path'
import type { styleText } from 'node:util'
import type { SentryEvent } from 'servicex/testing'
import type { Story } from './collect-story.ts'
import { renderLine } from './render-line.ts'
import { renderTrace } from './render-trace.ts'
import { wrap } from './wrap.ts'

/** Colours a text, or leaves it as it is. */
export type Style = (format: Parameters<typeof styleText>[0], text: string) => string

/** Spells the story of one failing request, in four parts that carry one trace id. */
export function renderStory(story: Story, style: Style): string {
  const parts = [
    part(
      '1  Two access lines',
      'Each service writes one JSON line a request to its standard output.',
      story.accessLines.flatMap(renderLine),
    ),
    part(
      '2  Two error events',
      'Each error goes to Sentry once, with its stack and the trace. The first is the effect, the second the cause.',
      story.errorEvents.flatMap((event, index) =>
        renderEvent(event, story.accessLines[index]?.service),
      ),
    ),
    part(
      '3  One exemplar',
      'A row of /metrics counts requests that took at most `le` seconds; behind the # stands one of them.',
      renderExemplar(story.exemplarLine),
    ),
    part(
      '4  One trace',
      'Every operation of both services is a span, sent over OTLP. Children stand below their parents.',
      renderTrace(story.spans),
    ),
  ]
  const text = parts.map((lines) => lines.join('\n')).join('\n\n')
  return text.replaceAll(story.traceId, style(['bold', 'black', 'bgYellow'], story.traceId))

  function part(title: string, meaning: string, rows: readonly string[]): readonly string[] {
    return [style('bold', title), style('dim', `   ${meaning}`), ...rows.map((row) => `   ${row}`)]
  }
}

function renderEvent(event: SentryEvent, service: string | undefined): readonly string[] {
  const exception = event.exception?.values?.at(-1)
  const frames = (exception?.stacktrace?.frames ?? []) as readonly StackFrame[]
  const frame = frames.findLast(({ filename = '' }) => filename.includes('/examples/'))
  const { filename, lineno, context_line: source } = frame ?? {}
  const trace = event.contexts?.trace
  return [
    `${service}  ${exception?.type}: ${exception?.value}`,
    `  ${basename(filename ?? '')}:${lineno}  ${source?.trim()}`,
    `  trace_id ${trace?.trace_id}  span_id ${trace?.span_id}  release ${event.release}`,
  ]
}

function renderExemplar(line: string): readonly string[] {
  const [sample = '', exemplar = ''] = line.split(/(?= # )/)
  return wrap([...sample.split(/(?<=",)/), exemplar])
}

interface StackFrame {
  readonly filename?: string
  readonly lineno?: number
  readonly context_line?: string
}
