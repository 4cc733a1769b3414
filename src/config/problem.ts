import { scrub } from '../convention/scrub.ts'
import { isSensitiveName } from '../convention/sensitive.ts'
import { ServicexError } from '../convention/servicex-error.ts'

/** One setting that is wrong: which, what it holds, and what it should. */
export interface Problem {
  readonly name: string
  /** The value found; `undefined` when the variable is absent. */
  readonly value: string | undefined
  /** The value is not shown, whatever it looks like. */
  readonly isSecret?: boolean
  /** What was expected, and why when that is not plain. */
  readonly expected: string
}

/** Collects problems, so that a start fails once with all of them. */
export class ProblemList {
  readonly #problems: Problem[] = []

  /** Notes one wrong setting. */
  add(problem: Problem): void {
    this.#problems.push(problem)
  }

  /** Throws SERVICEX_CONFIG_INVALID with every problem; does nothing when there is none. */
  assertEmpty(service: string, environment: string): void {
    const count = this.#problems.length
    if (count === 0) return
    const width = Math.max(...this.#problems.map(({ name }) => name.length)) + 2
    const verb = count === 1 ? 'setting is' : 'settings are'
    throw new ServicexError('SERVICEX_CONFIG_INVALID', {
      summary: `${count} ${verb} wrong for service "${service}" (environment: ${environment})`,
      details: this.#problems.map((problem) => toDetail(problem, width)),
      fix:
        count === 1
          ? `set ${this.#problems[0]?.name ?? ''} and start again`
          : 'set them and start again',
    })
  }
}

function toDetail(problem: Problem, width: number): string {
  return `${problem.name.padEnd(width)}is ${shown(problem)} — expected ${problem.expected}`
}

/** A value as an error may show it: quoted, or only its length where it is secret. */
function shown(problem: Problem): string {
  const { value } = problem
  if (value === undefined) return 'not set'
  if (value === '') return 'empty'
  if (isSecret(problem)) return `set (${value.length} characters, not shown)`
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value)
}

/** By its name, or by what it looks like. */
function isSecret({ name, value = '', isSecret = false }: Problem): boolean {
  return isSecret || isSensitiveName(name) || value.includes('://') || scrub(value) !== value
}
