/** The fix of a request that takes less than before. */
export const NARROW_FIX =
  'keep taking what callers send today, or offer a new operation beside this one'

/** The fix of a reply that gives more than before. */
export const WIDEN_FIX =
  'keep replying what callers understand today, or offer a new operation beside this one'
