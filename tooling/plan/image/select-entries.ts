import { type Entry, byPath } from './entry.ts'
import type { LeftOut, LeftOutReason } from './left-out.ts'
import { type PathTest, toPathTest } from './path-pattern.ts'
import { isSecretName } from './secret-files.ts'

/** Says why an entry is left out, or nothing when it is kept. */
export type LeaveOutRule = (entry: Entry) => LeftOutReason | undefined

/** What the project says against the rules: patterns over paths from the top of the image's files. */
export interface Selection {
  readonly include: readonly string[]
  readonly exclude: readonly string[]
}

/** The entries of a layer, and what was left out of it. */
export interface Selected {
  readonly entries: readonly Entry[]
  readonly leftOut: readonly LeftOut[]
}

/** Keeps the entries that no rule leaves out, in the order of a layer. What the project names in `include` is kept against every rule. */
export function selectEntries(
  entries: Iterable<Entry>,
  rule: LeaveOutRule,
  { include, exclude }: Selection,
): Selected {
  const isIncluded = toPathTest(include)
  const isExcluded = toPathTest(exclude)
  const kept: Entry[] = []
  const leftOut: LeftOut[] = []
  for (const entry of entries) {
    const reason = isIncluded(entry.path) ? undefined : reasonOf(entry, rule, isExcluded)
    if (reason === undefined) kept.push(entry)
    else leftOut.push({ path: entry.path, reason, sizeBytes: sizeOf(entry) })
  }
  return { entries: kept.toSorted(byPath), leftOut: leftOut.toSorted(byPath) }
}

/** Gives the bytes of an entry's content. */
export function sizeOf(entry: Entry): number {
  return entry.kind === 'file' ? entry.sizeBytes : 0
}

function reasonOf(
  entry: Entry,
  rule: LeaveOutRule,
  isExcluded: PathTest,
): LeftOutReason | undefined {
  if (isExcluded(entry.path)) return 'excluded'
  const isSecret = isSecretName(entry.path) || (entry.kind === 'file' && entry.holdsPrivateKey)
  return isSecret ? 'secret' : rule(entry)
}
