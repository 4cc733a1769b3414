import { toCanonicalJson } from '../../../tooling/plan/compatibility/canonical-json.ts'
import { checkFields } from '../../../tooling/plan/schema/check-fields.ts'
import { KUBERNETES_SCHEMA } from '../../../tooling/plan/schema/kubernetes-schema.ts'
import { type Fields, findConflict, toFields, withoutFields } from './fields.ts'

/** An object, as the fake keeps it. */
export type Stored = Record<string, unknown> & {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    uid?: string
    resourceVersion?: string
    generation?: number
    labels?: Record<string, string>
    annotations?: Record<string, string>
    managedFields?: Manager[]
  }
}

/** Who has set which fields of an object. */
export interface Manager {
  manager: string
  operation: string
  apiVersion: string
  fieldsType: string
  fieldsV1: Fields
}

/** A refusal, as the API server words it. */
export class Refusal extends Error {
  readonly status: number
  readonly reason: string
  readonly causes: readonly { readonly message: string }[]

  constructor(status: number, reason: string, message: string, causes: readonly string[] = []) {
    super(message)
    this.status = status
    this.reason = reason
    this.causes = causes.map((cause) => ({ message: cause }))
  }
}

/** How an object is applied. */
export interface ApplyOptions {
  readonly manager: string
  readonly isDryRun: boolean
  /** Whether fields are taken from other managers; default true. */
  readonly isForced?: boolean
}

/** Keeps objects by their path, with versions, uids and the managers of their fields. */
export class Store {
  readonly objects: Map<string, Stored> = new Map()
  #version = 1

  read(path: string): Stored {
    const found = this.objects.get(path)
    if (found === undefined) throw new Refusal(404, 'NotFound', `${path} not found`)
    return found
  }

  /** Those of one namespace, or of all when the path names none. */
  list(path: string): Stored[] {
    const everywhere = path.replace(/\/([^/]+)$/, '/namespaces/*/$1')
    return [...this.objects]
      .filter(([key]) => {
        const folder = key.slice(0, key.lastIndexOf('/'))
        const namespaced = folder.replace(/\/namespaces\/[^/]+\//, '/namespaces/*/')
        return folder === path || namespaced === everywhere
      })
      .map(([, object]) => object)
  }

  create(path: string, object: Stored): Stored {
    if (this.objects.has(path)) throw new Refusal(409, 'AlreadyExists', `${path} already exists`)
    return this.put(path, object)
  }

  replace(path: string, object: Stored): Stored {
    const before = this.read(path)
    const { resourceVersion } = object.metadata
    if (resourceVersion !== undefined && resourceVersion !== before.metadata.resourceVersion)
      throw new Refusal(409, 'Conflict', 'the object has been modified')
    return this.put(path, object)
  }

  /** Server-side apply: what this manager has set and sets no more is removed. */
  apply(path: string, applied: Stored, options: ApplyOptions): Stored {
    const problems = checkFields(applied, KUBERNETES_SCHEMA)
    if (problems.length > 0)
      throw new Refusal(
        422,
        'Invalid',
        `${applied.kind} is invalid: ${problems.join('; ')}`,
        problems,
      )
    const before = this.objects.get(path)
    const managers = before?.metadata.managedFields ?? []
    const own = managers.find(
      ({ manager, operation }) => manager === options.manager && operation === 'Apply',
    )
    const fields = toFields(applied)
    const others = managers.filter((one) => one !== own)
    if (options.isForced === false) assertNoConflict(others, [fields, before, applied])
    const kept =
      before === undefined
        ? {}
        : withoutFields(before, own?.fieldsV1 ?? {}, [
            fields,
            ...others.map(({ fieldsV1 }) => fieldsV1),
          ])
    const merged = merge(kept, applied) as Stored
    merged.metadata.managedFields = [
      ...others,
      {
        manager: options.manager,
        operation: 'Apply',
        apiVersion: applied.apiVersion,
        fieldsType: 'FieldsV1',
        fieldsV1: fields,
      },
    ]
    if (options.isDryRun) return merged
    return this.put(path, merged)
  }

  /** Merges a patch: a null removes. */
  merge(path: string, patch: object): Stored {
    return this.put(path, withoutNulls(merge(this.read(path), patch)) as Stored)
  }

  delete(path: string, uid?: string): void {
    const found = this.read(path)
    if (uid !== undefined && uid !== found.metadata.uid)
      throw new Refusal(409, 'Conflict', 'another uid')
    this.objects.delete(path)
  }

  put(path: string, object: Stored): Stored {
    const before = this.objects.get(path)
    const isSame = before !== undefined && contentOf(before) === contentOf(object)
    if (isSame) return before
    const isSpecSame = toCanonicalJson(before?.['spec']) === toCanonicalJson(object['spec'])
    this.#version += 1
    const stored: Stored = {
      ...object,
      metadata: {
        ...object.metadata,
        uid: before?.metadata.uid ?? `uid-${this.#version}`,
        resourceVersion: String(this.#version),
        generation:
          (before?.metadata.generation ?? 0) + (isSpecSame && before !== undefined ? 0 : 1),
      },
    }
    this.objects.set(path, stored)
    return stored
  }
}

/** Source: Kubernetes, server-side apply, conflicts. */
function assertNoConflict(
  others: NonNullable<Stored['metadata']['managedFields']>,
  [fields, before, applied]: readonly [fields: Fields, before: unknown, applied: unknown],
): void {
  for (const { manager, fieldsV1 } of others) {
    const field = findConflict([fields, fieldsV1], [before, applied])
    if (field === undefined) continue
    const message = `Apply failed with 1 conflict: conflict with "${manager}": ${field}`
    throw new Refusal(409, 'Conflict', message, [`conflict with "${manager}"`])
  }
}

function contentOf({ metadata, ...rest }: Stored): string {
  const {
    resourceVersion: _version,
    generation: _generation,
    uid: _uid,
    managedFields,
    ...own
  } = metadata
  return toCanonicalJson([rest, own, managedFields])
}

function merge(base: unknown, over: unknown): unknown {
  if (!isTree(base) || !isTree(over)) return structuredClone(over)
  const merged: Record<string, unknown> = { ...base }
  for (const [name, value] of Object.entries(over)) merged[name] = merge(base[name], value)
  return merged
}

function withoutNulls(value: unknown): unknown {
  if (!isTree(value)) return value
  const kept = Object.entries(value).filter(([, item]) => item !== null)
  return Object.fromEntries(kept.map(([name, item]) => [name, withoutNulls(item)]))
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
