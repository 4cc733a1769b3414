import { messageOf } from '../convention/error-record.ts'
import { read } from '../convention/safe-json.ts'
import { type Fields, mergeFields } from './merge-fields.ts'

/** What a logger's maker wants single fields to be passed through, by name. */
export type Serializers = Readonly<Record<string, (value: never) => unknown>>

/** Errors have their own place in a line and are spelled there. */
const OWN_PLACE = 'err'

/** Gives fields with those replaced that have a serializer; one that throws gives a note. Never throws. */
export function serialize(
  fields: Fields | undefined,
  serializers: Serializers,
): Fields | undefined {
  if (fields === undefined) return undefined
  const names = namesOf(serializers)
  return names.length === 0 ? fields : replaced(fields, names, serializers)
}

const knownNames = new WeakMap<Serializers, readonly string[]>()

/** A logger has the same ones for all of its lines. */
function namesOf(serializers: Serializers): readonly string[] {
  const known = knownNames.get(serializers)
  if (known !== undefined) return known
  const names = Object.keys(serializers).filter((name) => name !== OWN_PLACE)
  knownNames.set(serializers, names)
  return names
}

function replaced(fields: Fields, names: readonly string[], serializers: Serializers): Fields {
  try {
    const present = names.filter((name) => Object.hasOwn(fields, name))
    if (present.length === 0) return fields
    const values = present.map((name) => [name, toSerialized(fields, name, serializers)] as const)
    return mergeFields([fields, Object.fromEntries(values)]) ?? fields
  } catch {
    // The encoder cannot read the fields either, and says so in the line.
    return fields
  }
}

function toSerialized(fields: Fields, name: string, serializers: Serializers): unknown {
  try {
    return serializers[name]?.(read(fields, name) as never)
  } catch (error) {
    return `[unreadable: ${messageOf(error)}]`
  }
}
