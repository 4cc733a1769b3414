/** Why a file does not come into the image; each is one line of what `kube build` prints. */
export const LEFT_OUT = {
  secret: 'may hold a secret: a password, a token or a private key',
  excluded: 'excluded by package.json#servicex.image.exclude',
  'source-map': 'source map',
  declarations: 'type declarations',
  documentation: 'documentation',
  'tool-half': 'the tool half of servicex',
  records: 'records of the package manager',
  'other-platform': 'native code for another platform',
  'dangling-link': 'a link to something that is not in the image',
  'other-package': 'of a package that this app does not use',
  'committed-packages': 'packages that are installed as the lockfile says',
  repository: 'for work on the repository only',
  tests: 'tests',
  source: 'TypeScript source of what was built',
  submodule: 'a git submodule: its files are not in the commit',
} as const

/** Why a file is left out. */
export type LeftOutReason = keyof typeof LEFT_OUT

/** A file that is left out. */
export interface LeftOut {
  readonly path: string
  readonly reason: LeftOutReason
  readonly sizeBytes: number
}

/** How many files are left out for one reason, and what they would have taken. */
export interface LeftOutTotal {
  readonly reason: LeftOutReason
  readonly files: number
  readonly sizeBytes: number
}

/** Counts what is left out, by reason, the most bytes first. */
export function toLeftOutTotals(leftOut: readonly LeftOut[]): LeftOutTotal[] {
  return [...Map.groupBy(leftOut, ({ reason }) => reason)]
    .map(([reason, members]) => ({
      reason,
      files: members.length,
      sizeBytes: members.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    }))
    .toSorted((a, b) => b.sizeBytes - a.sizeBytes || (a.reason < b.reason ? -1 : 1))
}
