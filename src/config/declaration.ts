import { ServicexError } from '../convention/servicex-error.ts'
import { toDeclarationProblems } from './declaration-problems.ts'
import type { EnvSchema } from './env-schema.ts'
import type {
  IngressDeclaration,
  ProcessDeclaration,
  ReleaseDeclaration,
} from './process-declaration.ts'
import type { ServiceReference } from './service-reference.ts'

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
  /** The variables of `env` that are secret, besides those whose names or `.meta({ secret: true })` say so. */
  readonly secrets?: readonly string[]
  /** The contract of the operations it offers. */
  readonly serves?: ServiceReference
  /** The services it calls: their names, contracts or generated clients. */
  readonly uses?: readonly (string | ServiceReference)[]
  /** The names of the services that may call it. Default: every one in the cluster. */
  readonly callers?: readonly string[]
  /** The addresses outside of the cluster it may connect to, as CIDR blocks. Default: all. */
  readonly egress?: readonly string[]
  /** The app's processes. Default: `{ web: {} }`. */
  readonly processes?: Readonly<Record<string, ProcessDeclaration>>
  /** Makes `web` reachable from outside of the cluster. Default: it is not. */
  readonly ingress?: boolean | IngressDeclaration
  readonly release?: ReleaseDeclaration
  readonly shutdown?: ShutdownDeclaration
}

/**
 * Declares a service; give the result to `init()`. Reads nothing and starts nothing.
 *
 * Throws SERVICEX_DECLARATION_INVALID with every field that breaks a rule: a name that is no
 * DNS-1123 label, a budget that is no number of seconds, a field that does not exist.
 */
export function defineService<const Env extends EnvSchema | undefined = undefined>(
  declaration: ServiceDeclaration<Env>,
): ServiceDeclaration<Env> {
  assertDeclaration(declaration)
  return Object.freeze({ ...declaration })
}

/** Throws SERVICEX_DECLARATION_INVALID with every field that breaks a rule. */
export function assertDeclaration(declaration: ServiceDeclaration): void {
  const problems = toDeclarationProblems(declaration)
  if (problems.length > 0) {
    throw new ServicexError('SERVICEX_DECLARATION_INVALID', {
      summary: `the declaration of service ${JSON.stringify(declaration.name ?? '(unnamed)')} has ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`,
      details: problems,
      fix: 'correct these fields in service.ts',
    })
  }
}
