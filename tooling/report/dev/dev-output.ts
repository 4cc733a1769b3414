import type { ProcessFacts } from '../../plan/dev/api.ts'
import type { LogRecord } from '../../plan/dev/record.ts'
import { toPlainLine } from '../plain-text.ts'
import type { Host } from '../terminal.ts'
import { toLogText } from './log-text.ts'
import { toSessionText } from './session-text.ts'
import { SERVICE_COLOURS, toStyle } from './style.ts'

/** Where the page of a session is. */
interface Place {
  readonly url: string
  readonly origin: string
}

/** Tells a person, or a program, what a session does. */
export interface DevOutput {
  readonly started: (dashboard: Place, processes: readonly ProcessFacts[]) => void
  readonly line: (line: LogRecord, text: string) => void
  readonly notice: (service: string, text: string) => void
  readonly stopping: (services: number) => void
}

/** How a session is told of. */
export interface DevOutputOptions {
  readonly isJson: boolean
  readonly services: readonly string[]
}

/** Opens what a session is told through: lines on stdout, everything else on stderr. */
export function openDevOutput(host: Host, options: DevOutputOptions): DevOutput {
  return options.isJson ? toJsonOutput(host) : toTextOutput(host, options.services)
}

function toTextOutput({ stdout, stderr, env }: Host, services: readonly string[]): DevOutput {
  const [style, noteStyle] = [toStyle(stdout, env), toStyle(stderr, env)]
  const width = Math.max(0, ...services.map((name) => name.length))
  const label = (name: string, paint = style): string => {
    const colour = SERVICE_COLOURS[services.indexOf(name) % SERVICE_COLOURS.length] ?? 'reset'
    return paint(colour, `${name.padEnd(width)} │`)
  }
  return {
    started: (dashboard, processes) => stderr.write(toSessionText(dashboard, processes, noteStyle)),
    line: (line) => stdout.write(`${toLogText(line, label(line.service), style)}\n`),
    notice: (service, text) =>
      stderr.write(`${label(service, noteStyle)}  ${noteStyle('bold', toPlainLine(text))}\n`),
    stopping: (count) =>
      stderr.write(
        `\nstopping: ${count === 1 ? 'the service ends what it has' : `${count} services end what they have`} begun; Ctrl-C again ends them at once\n`,
      ),
  }
}

function toJsonOutput({ stdout }: Host): DevOutput {
  const write = (event: object): void => void stdout.write(`${JSON.stringify(event)}\n`)
  return {
    started: ({ url, origin }, processes) => {
      write({ kind: 'dashboard', url, otlp: origin })
      for (const { name, url: address, adminUrl } of processes)
        write({ kind: 'service', name, url: address, adminUrl })
    },
    line: (line) => write({ kind: 'line', ...line }),
    notice: (service, text) => write({ kind: 'notice', service, text }),
    stopping: () => write({ kind: 'stopping' }),
  }
}
