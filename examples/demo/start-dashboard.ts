import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type LogLine, toStop } from './start-service.ts'
import { waitFor } from './wait-for.ts'

/** Where one service of the demo answers. */
export interface ShownService {
  readonly name: string
  readonly url: string
  readonly adminUrl: string
}

/** A `kube dev` that runs the services of the demo. */
export interface RunningDashboard {
  /** What a person opens. */
  readonly url: string
  readonly services: readonly ShownService[]
  /** Has `listener` called with every further line of a service. */
  readonly onLine: (listener: (line: LogLine) => void) => void
  /** Lets the services drain and end; resolves when they have. */
  readonly stop: () => Promise<void>
}

type DevEvent =
  | { readonly kind: 'dashboard'; readonly url: string }
  | ({ readonly kind: 'service' } & ShownService)
  | ({ readonly kind: 'line'; readonly timeMs: number; readonly traceId?: string } & Pick<
      LogLine,
      'severity' | 'message' | 'service'
    >)
  | { readonly kind: 'notice'; readonly text: string }

const KUBE = fileURLToPath(new URL('../../dist/kube.js', import.meta.url))
const EXAMPLES = fileURLToPath(new URL('..', import.meta.url))

/** Starts `kube dev` on services of `examples/`; resolves when each says that it is up. Rejects when one ends before. */
export async function startDashboard(names: readonly string[]): Promise<RunningDashboard> {
  const words = [KUBE, 'dev', ...names, '--json', '--no-watch']
  // A process group of its own: Ctrl-C reaches the demo alone, which then stops it in order.
  const child = spawn(process.execPath, words, {
    cwd: EXAMPLES,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const stop = toStop(child)
  const events: DevEvent[] = []
  const listeners: ((line: LogLine) => void)[] = []
  createInterface(child.stdout).on('line', (text) => {
    const event = JSON.parse(text) as DevEvent
    events.push(event)
    if (event.kind === 'line') for (const listener of listeners) listener(toLine(event))
  })
  try {
    await waitFor('the line that both services are up', () => {
      const problem = events.find((event) => event.kind === 'notice')
      if (problem !== undefined) throw new Error(problem.text)
      if (child.exitCode !== null) throw new Error(`kube dev ended with ${child.exitCode}`)
      const isUp = (name: string): boolean =>
        events.some((event) => event.kind === 'line' && event.message === `${name} is up`)
      return names.every(isUp) ? true : undefined
    })
  } catch (error) {
    await stop()
    throw error
  }
  return {
    url: events.find((event) => event.kind === 'dashboard')?.url ?? '',
    services: events.filter((event) => event.kind === 'service'),
    onLine: (listener) => listeners.push(listener),
    stop,
  }
}

function toLine(event: DevEvent & { readonly kind: 'line' }): LogLine {
  const { timeMs, severity, message, service, traceId } = event
  const timestamp = new Date(timeMs).toISOString()
  return {
    timestamp,
    severity,
    message,
    service,
    ...(traceId === undefined ? {} : { trace_id: traceId }),
  }
}
