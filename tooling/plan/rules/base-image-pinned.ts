import type { Rule } from './rule.ts'

/** How old a base image may be. Source: a security fix of Node's or Debian's waits at most a quarter. */
const MAX_AGE_DAYS = 90
const DAY_SECONDS = 86_400

/** The base image is pinned by its digest, and not old. */
export const baseImagePinned: Rule = {
  id: 'base-image-pinned',
  sentence: `The base image is pinned by its digest in servicex.lock, ${MAX_AGE_DAYS} days ago at most.`,
  reason:
    'A pinned base makes a build repeatable; an old one carries holes that have been mended since.',
  fix: 'run kube build --update-base, and commit servicex.lock',
  severity: 'warning',
  maxExceptionDays: 60,
  check: ({ pinnedBase, dockerfiles, nowSeconds }) => {
    if (pinnedBase === undefined)
      return dockerfiles.length > 0 ? [] : [{ what: 'servicex.lock pins no base image' }]
    const days = Math.floor((nowSeconds - pinnedBase.pinnedAtSeconds) / DAY_SECONDS)
    if (days <= MAX_AGE_DAYS) return []
    return [{ what: `${pinnedBase.reference} was pinned ${days} days ago`, path: 'servicex.lock' }]
  },
}
