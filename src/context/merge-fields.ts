import type { LogFields } from './scope.ts'

/** Joins fields, the later ones winning; one that cannot be read is left out. Never throws. */
export function mergeFields(earlier: LogFields | undefined, later: LogFields): LogFields {
  try {
    return { ...earlier, ...later }
  } catch {
    return { ...earlier, ...readable(later) }
  }
}

/** What can be read of an object whose getters, or which itself, may throw. */
function readable(fields: LogFields): LogFields {
  const read: Record<string, unknown> = {}
  for (const name of keysOf(fields)) {
    try {
      read[name] = fields[name]
    } catch {
      read[name] = '[unreadable]'
    }
  }
  return read
}

function keysOf(fields: LogFields): readonly string[] {
  try {
    return Object.keys(fields)
  } catch {
    return []
  }
}
