import { isName, MAX_NAME_LENGTH } from '../convention/names.ts'
import { ServicexError } from '../convention/servicex-error.ts'
import type { EnvSchema } from './env-schema.ts'

/** One process of an app: a Deployment of its own that runs the app's image. */
export interface ProcessDeclaration {
  /** The module the process starts with; the package's `main` when absent. */
  readonly entrypoint?: string
}

/** The budgets of a shutdown, seconds; what is absent takes the convention's value. */
export interface ShutdownDeclaration {
  /** How long to keep serving after SIGTERM while balancers forget this pod. Default: 5 in a cluster, 0 elsewhere. */
  readonly propagationSeconds?: number
  /** How long requests under way may take to end. Default 10. */
  readonly drainSeconds?: number
  /** How long the last errors, spans and lines may take to be delivered. Default 5. */
  readonly flushSeconds?: number
}

/** What a service is: the one declaration that the runtime obeys and the tool derives from. */
export interface ServiceDeclaration<Env extends EnvSchema | undefined = EnvSchema | undefined> {
  /** The app's name, a DNS-1123 label; the package's name without its scope when absent. */
  readonly name?: string
  /** The zod object schema of the environment variables the app reads. */
  readonly env?: Env
  /** The app's processes. Default: `{ web: {} }`. */
  readonly processes?: Readonly<Record<string, ProcessDeclaration>>
  readonly shutdown?: ShutdownDeclaration
}

/**
 * Declares a service; give the result to `init()`. Reads nothing and starts nothing.
 *
 * Throws SERVICEX_DECLARATION_INVALID when a name is not a DNS-1123 label or a budget is not a
 * positive number of seconds.
 */
export function defineService<const Env extends EnvSchema | undefined = undefined>(
  declaration: ServiceDeclaration<Env>,
): ServiceDeclaration<Env> {
  assertDeclaration(declaration)
  return Object.freeze({ ...declaration })
}

/** Throws SERVICEX_DECLARATION_INVALID with every field that breaks a rule. */
export function assertDeclaration(declaration: ServiceDeclaration): void {
  const problems = [...nameProblems(declaration), ...shutdownProblems(declaration.shutdown ?? {})]
  if (problems.length > 0) {
    throw new ServicexError('SERVICEX_DECLARATION_INVALID', {
      summary: `the declaration of service ${JSON.stringify(declaration.name ?? '(unnamed)')} has ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`,
      details: problems,
      fix: 'correct these fields in service.ts',
    })
  }
}

function nameProblems(declaration: ServiceDeclaration): string[] {
  const names = [
    ...(declaration.name === undefined ? [] : [['name', declaration.name] as const]),
    ...Object.keys(declaration.processes ?? {}).map((name) => [`processes.${name}`, name] as const),
  ]
  return names
    .filter(([, name]) => typeof name !== 'string' || !isName(name))
    .map(
      ([field, name]) =>
        `${field} is ${JSON.stringify(name)} — expected a-z, 0-9 and -, at most ${MAX_NAME_LENGTH} characters, so that it can name a namespace`,
    )
}

function shutdownProblems(shutdown: ShutdownDeclaration): string[] {
  return Object.entries(shutdown)
    .filter(([, seconds]) => seconds !== undefined && !(Number.isFinite(seconds) && seconds >= 0))
    .map(
      ([field, seconds]) => `shutdown.${field} is ${String(seconds)} — expected seconds, 0 or more`,
    )
}
