/** The CI system that a command runs in. */
export interface Ci {
  readonly provider: CiProvider
  /** The page of this job. */
  readonly url?: string
  /** Who or what started it. */
  readonly actor?: string
}

/** The CI systems whose logs we group and annotate in their own way; `other` is any that sets `CI`. */
export type CiProvider = 'github' | 'gitlab' | 'circleci' | 'travis' | 'jenkins' | 'other'

type Env = Readonly<Record<string, string | undefined>>

/** Gives the CI system that these variables tell of, or `undefined` on a person's machine. */
export function toCi(env: Env): Ci | undefined {
  const found = READERS.find(({ mark }) => isSet(env[mark]))
  if (found === undefined) return undefined
  const { provider } = found
  const url = found.url?.(env)
  const actor = found.actor?.(env)
  return {
    provider,
    ...(isSet(url) ? { url } : {}),
    ...(isSet(actor) ? { actor } : {}),
  }
}

interface Reader {
  readonly provider: CiProvider
  readonly mark: string
  readonly url?: (env: Env) => string | undefined
  readonly actor?: (env: Env) => string | undefined
}

/** Source: each provider's page of predefined variables. `CI` is last: all of them set it. */
const READERS: readonly Reader[] = [
  {
    provider: 'github',
    mark: 'GITHUB_ACTIONS',
    url: (env) =>
      isSet(env['GITHUB_RUN_ID'])
        ? `${env['GITHUB_SERVER_URL']}/${env['GITHUB_REPOSITORY']}/actions/runs/${env['GITHUB_RUN_ID']}`
        : undefined,
    actor: (env) => env['GITHUB_ACTOR'],
  },
  {
    provider: 'gitlab',
    mark: 'GITLAB_CI',
    url: (env) => env['CI_JOB_URL'],
    actor: (env) => env['GITLAB_USER_LOGIN'],
  },
  {
    provider: 'circleci',
    mark: 'CIRCLECI',
    url: (env) => env['CIRCLE_BUILD_URL'],
    actor: (env) => env['CIRCLE_USERNAME'],
  },
  { provider: 'travis', mark: 'TRAVIS', url: (env) => env['TRAVIS_JOB_WEB_URL'] },
  {
    provider: 'jenkins',
    mark: 'JENKINS_URL',
    url: (env) => env['BUILD_URL'],
    actor: (env) => env['BUILD_USER_ID'],
  },
  { provider: 'other', mark: 'CI' },
]

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '' && value !== 'false'
}
