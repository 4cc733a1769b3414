import type { Description } from '../../src/convention/description.ts'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { USUAL_ENVIRONMENTS } from '../parse/environment.ts'
import { type OverrideFile, toOverrides } from '../parse/overrides.ts'
import type { Settings } from '../parse/settings.ts'
import { planObjects } from '../plan/plan-objects.ts'

/** What is wrong with `kube/`, each with its place. */
export interface OverrideProblems {
  readonly problems: readonly string[]
  /** No environment is without any: the app can be deployed nowhere. */
  readonly isEverywhere: boolean
}

/** Plans an app for every environment of the settings, to see whether the files of its commit can be used. */
export function findOverrideProblems(
  description: Description,
  files: readonly OverrideFile[],
  { environments = {} }: Settings,
): OverrideProblems {
  const known = Object.keys(environments)
  const names = known.length === 0 ? USUAL_ENVIRONMENTS : known
  const found = names.map((environment) => {
    const { overrides, problems } = toOverrides(files, environment)
    const settings = environments[environment] ?? {}
    const input = { description, environment, settings, revision: '0', image: 'app' }
    return { environment, problems: [...problems, ...findPlanned(input, overrides)] }
  })
  const all = [...new Set(found.flatMap(({ problems }) => problems))]
  const isCommon = (problem: string): boolean =>
    found.every(({ problems }) => problems.includes(problem))
  return {
    problems: all.flatMap((problem) => {
      if (isCommon(problem)) return [problem]
      const places = found.filter(({ problems }) => problems.includes(problem))
      return places.map(({ environment }) => `in ${environment}: ${problem}`)
    }),
    isEverywhere: found.every(({ problems }) => problems.length > 0),
  }
}

function findPlanned(...[input, overrides]: Parameters<typeof planObjects>): readonly string[] {
  try {
    return planObjects(input, overrides).problems
  } catch (error) {
    // A host that the settings do not say yet is a matter of the deploy.
    if (ServicexError.is(error)) return []
    throw error
  }
}
