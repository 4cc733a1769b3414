import type { PackageManager } from '../../parse/project.ts'

/** What a pipeline is written from. */
export interface PipelineFacts {
  readonly packageManager: PackageManager
  /** The branch whose commits go to production. */
  readonly branch: string
  /** Where pull requests are tried; none when the company has no such environment. */
  readonly trial?: string
  /** Whether package.json has a script `test`. */
  readonly hasTests: boolean
}

/** One CI system's way to say it. */
export interface Pipeline {
  /** Where the file goes, relative to the repository. */
  readonly path: string
  readonly text: string
  /** What has to be set up once, by hand: names of secrets. Never their values. */
  readonly secrets: readonly string[]
}

/** The words of each phase; every CI system runs the same. */
export interface Phases {
  readonly install: readonly string[]
  readonly test: readonly string[]
  /** Of the default branch. */
  readonly ship: readonly string[]
  /** Of a pull request. */
  readonly trial: readonly string[]
}

/** The Node that pipelines run on. */
export const NODE_VERSION = '24'

/** What a pipeline says of itself. */
export const STAMP: string =
  ' Written by `kube generate ci`. Yours to change: `kube check` looks at what it calls.'

/** The secrets a pipeline reads: who may push, and who may deploy. */
export const SECRETS: readonly string[] = ['DOCKER_AUTH_CONFIG', 'KUBECONFIG_CONTENT']

const INSTALL: Readonly<Record<PackageManager, readonly string[]>> = {
  npm: ['npm ci'],
  pnpm: ['corepack enable', 'pnpm install --frozen-lockfile'],
  yarn: ['corepack enable', 'yarn install --immutable'],
}
const RUN: Readonly<Record<PackageManager, { readonly kube: string; readonly test: string }>> = {
  npm: { kube: 'npx kube', test: 'npm test' },
  pnpm: { kube: 'pnpm exec kube', test: 'pnpm test' },
  yarn: { kube: 'yarn kube', test: 'yarn test' },
}

/** Gives the words of each phase for one package manager. */
export function toPhases({ packageManager, hasTests, trial }: PipelineFacts): Phases {
  const { kube, test } = RUN[packageManager]
  return {
    install: INSTALL[packageManager],
    test: [...(hasTests ? [test] : []), `${kube} check`],
    ship: [`${kube} build --push`, `${kube} prod deploy HEAD`],
    trial: trial === undefined ? [] : [`${kube} build --push`, `${kube} ${trial} deploy HEAD`],
  }
}
