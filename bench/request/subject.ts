import { openAppFolder } from '../measure/app-folder.ts'
import { openProgram, type Program } from '../measure/program.ts'
import { openSink, type Sink } from '../sink/open-sink.ts'
import type { Route } from './routes.ts'
import type { Variant } from './variants.ts'

/** A variant that serves a route, and what has been asked of it. */
export interface Subject {
  readonly variant: Variant
  readonly route: Route
  readonly program: Program
  readonly sink: Sink
  readonly port: number
  readonly metricsPort: number | undefined
  requests: number
  failures: number
  readonly close: () => Promise<void>
}

/** How to start a subject. */
export interface SubjectOptions {
  /** Addresses of what the route uses. */
  readonly env: Readonly<Record<string, string>>
  readonly nodeArgs?: readonly string[]
}

/** Starts a variant with a sink of its own, in a folder of its own; the caller closes it. */
export async function openSubject(
  variant: Variant,
  route: Route,
  { env, nodeArgs = [] }: SubjectOptions,
): Promise<Subject> {
  const sink = await openSink()
  const folder = openAppFolder([...variant.packages, ...route.packages])
  const close = async (): Promise<void> => {
    sink.close()
    folder.close()
  }
  try {
    const program = await openProgram({
      folder: folder.path,
      file: `request/variants/${variant.program}`,
      args: [route.name],
      nodeArgs,
      env: { ...COMMON_ENV, ...env, ...variant.toEnv(sink) },
    })
    return {
      variant,
      route,
      program,
      sink,
      port: Number(program.ready['port']),
      metricsPort: program.ready['metricsPort'],
      requests: 0,
      failures: 0,
      close: () => program.close().then(close),
    }
  } catch (error) {
    await close()
    throw error
  }
}

const COMMON_ENV = { NODE_ENV: 'production', ADMIN_PORT: '0', OTEL_SERVICE_NAME: 'bench' }

/** Counts what a load has sent, to compare it with what arrives at the sink. */
export function noteAnswers(subject: Subject, statuses: Readonly<Record<string, number>>): void {
  for (const [status, count] of Object.entries(statuses)) {
    subject.requests += count
    if (status.startsWith('5')) subject.failures += count
  }
}
