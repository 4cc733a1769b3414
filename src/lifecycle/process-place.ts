import { isLocalEnvironment } from '../convention/environments.ts'
import type { Notice } from '../context/facts.ts'

/** What is wrong with the place a process has among the others, and what to do. */
export interface PlaceProblem {
  readonly message: string
  readonly fix: string
}

/** Says what npm does to a service it runs; `undefined` when it does not. */
export function toNpmProblem(npmScript: string | undefined): PlaceProblem | undefined {
  if (npmScript === undefined) return undefined
  return {
    message: `started by the package script "${npmScript}": SIGTERM goes to npm, which may not pass it on, and requests are cut`,
    fix: 'start node itself: CMD ["node", "dist/app.js"]',
  }
}

/** Tells at start, unless on a person's machine, that npm stands before the service. */
export function tellOfNpm(
  npmScript: string | undefined,
  environment: string,
  notice: Notice,
): void {
  const problem = toNpmProblem(npmScript)
  if (problem === undefined || isLocalEnvironment(environment)) return
  notice('warn', problem.message, { fix: problem.fix })
}
