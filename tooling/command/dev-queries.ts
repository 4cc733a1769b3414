import { type Command, InvalidArgumentError, Option } from 'commander'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { askSession } from '../apply/dev/ask-session.ts'
import { findSession } from '../parse/dev-sessions.ts'
import type {
  ErrorAnswer,
  ErrorGroup,
  ListAnswer,
  LogItem,
  MetricAnswer,
  MetricSummary,
  TraceAnswer,
  TraceSummary,
} from '../plan/dev/api.ts'
import { SEVERITIES } from '../plan/dev/record.ts'
import {
  toErrorListText,
  toErrorText,
  toMetricListText,
  toMetricText,
} from '../report/dev/list-text.ts'
import { toLogText } from '../report/dev/log-text.ts'
import { type Style, toStyle } from '../report/dev/style.ts'
import { toShown, toTraceListText, toTraceText } from '../report/dev/trace-text.ts'
import { EXIT } from '../report/exit-code.ts'
import type { Host } from '../report/terminal.ts'
import type { CommandContext } from './command.ts'

interface QueryFlags {
  readonly url?: string
  readonly json?: boolean
  readonly service?: string
  readonly limit?: string
  readonly severity?: string
  readonly trace?: string
  readonly text?: string
  readonly failed?: boolean
}

interface Ask {
  readonly host: Host
  readonly flags: QueryFlags
  readonly style: Style
  /** Asks for a path below `/api/`, with the parameters that are set. */
  get<Answer>(path: string, query?: Readonly<Record<string, string | undefined>>): Promise<Answer>
}

/** `kube dev logs|traces|errors|metrics`: what a running `kube dev` knows, in the terminal. */
export function attachDevQueries(command: Command, context: CommandContext): void {
  attach(command, context, {
    words: ['logs', 'the newest lines of all services'],
    options: [
      ['--severity <name>', 'this severity and above', SEVERITIES],
      ['--trace <id>', 'lines of this trace'],
      ['--text <words>', 'lines that hold these words'],
    ],
    run: showLogs,
  })
  attach(command, context, {
    words: ['traces', 'the newest traces; with an id, the tree of one'],
    argument: ['[id]', 'a trace id'],
    options: [
      ['--failed', 'traces with an error'],
      ['--text <words>', 'traces that hold these words'],
    ],
    run: showTraces,
  })
  attach(command, context, {
    words: ['errors', 'errors by group; with an id, one with its stack'],
    argument: ['[group]', 'the id of a group'],
    options: [['--text <words>', 'errors that hold these words']],
    run: showErrors,
  })
  attach(command, context, {
    words: ['metrics', 'all metrics; with a name, the series of one'],
    argument: ['[name]', 'the name of a metric'],
    options: [],
    run: showMetrics,
  })
}

interface Query {
  readonly words: readonly [name: string, summary: string]
  readonly argument?: readonly [name: string, summary: string]
  readonly options: readonly (readonly [
    flags: string,
    summary: string,
    choices?: readonly string[],
  ])[]
  readonly run: (ask: Ask, name: string | undefined) => Promise<void>
}

function attach(parent: Command, { host, finish }: CommandContext, query: Query): void {
  const { words, argument, options, run } = query
  const command = parent.command(words[0]).description(words[1])
  if (argument !== undefined) command.argument(...argument)
  for (const [flags, summary, choices] of options) {
    const option = new Option(flags, summary)
    command.addOption(choices === undefined ? option : option.choices(choices))
  }
  command
    .option('--service <name>', 'of this service')
    .option('--limit <count>', 'at most so many', toLimit, '50')
    .option('--url <address>', 'the address that kube dev printed, when several run')
    .option('--json', 'print one JSON object a line')
    .action(async () => {
      // --json and its like may stand before the word, where they are taken for those of `kube dev`.
      const flags = command.optsWithGlobals<QueryFlags>()
      await run(toAsk(host, flags), command.args[0])
      finish(EXIT.done)
    })
}

/** Kept as text: it is a parameter of the request. */
function toLimit(text: string): string {
  if (/^[1-9]\d{0,3}$/.test(text) && Number(text) <= 1000) return text
  throw new InvalidArgumentError('expected a number, 1 to 1000.')
}

function toAsk(host: Host, flags: QueryFlags): Ask {
  const session = findSession(host.env, host.cwd(), flags.url)
  return {
    host,
    flags,
    style: toStyle(host.stdout, host.env),
    async get<Answer>(path: string, query: Readonly<Record<string, string | undefined>> = {}) {
      const set = Object.entries({
        service: flags.service,
        limit: flags.limit,
        q: flags.text,
        ...query,
      })
      const pairs = set.filter((pair): pair is [string, string] => pair[1] !== undefined)
      const parameters = new URLSearchParams(pairs).toString()
      const answer = await askSession<Answer>(session, `/api/${path}?${parameters}`)
      if (answer !== undefined) return answer
      throw new ServicexError('SERVICEX_USAGE', {
        summary: `kube dev knows nothing of ${path}; it may have been let go`,
        fix: `kube dev ${path.split('/')[0]}`,
      })
    },
  }
}

async function showLogs(ask: Ask): Promise<void> {
  const { severity, trace } = ask.flags
  const { items, total } = await ask.get<ListAnswer<LogItem>>('logs', { severity, trace })
  const lines = items.toReversed()
  if (ask.flags.json === true) return print(ask, lines)
  const width = Math.max(0, ...lines.map(({ service }) => service.length))
  const rows = lines.map((line) =>
    toLogText(line, ask.style('cyan', line.service.padEnd(width)), ask.style),
  )
  ask.host.stdout.write(rows.map((row) => `${row}\n`).join(''))
  ask.host.stderr.write(toShown(items.length, total, 'lines'))
}

async function showTraces(ask: Ask, id: string | undefined): Promise<void> {
  if (id !== undefined) {
    const trace = await ask.get<TraceAnswer>(`traces/${encodeURIComponent(id)}`)
    return show(ask, [trace], () => toTraceText(trace, ask.style))
  }
  const status = ask.flags.failed === true ? 'error' : undefined
  const list = await ask.get<ListAnswer<TraceSummary>>('traces', { status })
  show(ask, list.items, () => toTraceListText(list, ask.style))
}

async function showErrors(ask: Ask, group: string | undefined): Promise<void> {
  if (group !== undefined) {
    const error = await ask.get<ErrorAnswer>(`errors/${encodeURIComponent(group)}`)
    return show(ask, [error], () => toErrorText(error, ask.style))
  }
  const { items } = await ask.get<ListAnswer<ErrorGroup>>('errors')
  show(ask, items, () => toErrorListText(items, ask.style))
}

async function showMetrics(ask: Ask, name: string | undefined): Promise<void> {
  if (name !== undefined) {
    const metric = await ask.get<MetricAnswer>(`metrics/${encodeURIComponent(name)}`)
    return show(ask, [metric], () => toMetricText(metric, ask.style))
  }
  const list = await ask.get<ListAnswer<MetricSummary>>('metrics')
  const items = list.items.slice(0, Number(ask.flags.limit))
  show(ask, items, () => toMetricListText(items, ask.style))
}

function show(ask: Ask, items: readonly object[], toText: () => string): void {
  if (ask.flags.json === true) print(ask, items)
  else ask.host.stdout.write(toText())
}

function print({ host }: Ask, items: readonly object[]): void {
  host.stdout.write(items.map((item) => `${JSON.stringify(item)}\n`).join(''))
}
