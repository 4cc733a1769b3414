import type { OperationModel } from '../contract/operation-model.ts'
import { type Segment, toSegments } from '../contract/path-template.ts'

/** Where a path leads. */
export type RouteMatch =
  | {
      readonly kind: 'operation'
      readonly operation: OperationModel
      /** As they stand in the path, still percent-encoded. */
      readonly params: Readonly<Record<string, string>>
    }
  | { readonly kind: 'method'; readonly template: string; readonly allow: readonly string[] }
  | { readonly kind: 'none' }

interface Route {
  readonly template: string
  readonly segments: readonly Segment[]
  readonly operations: ReadonlyMap<string, OperationModel>
}

/** The paths of a contract. Fixed text goes before a parameter, from left to right: `/invoices/latest` before `/invoices/{id}`. */
export class RouteTable {
  readonly #routes: readonly Route[]
  /** The same, by the number of their segments. */
  readonly #byLength: ReadonlyMap<number, readonly Route[]>

  constructor(models: readonly OperationModel[]) {
    const templates = [...new Set(models.map(({ path }) => path))]
    this.#routes = templates
      .map((template) => toRoute(template, models))
      .toSorted((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1))
    this.#byLength = Map.groupBy(this.#routes, ({ segments }) => segments.length)
  }

  /** Gives every path template with the operations it has. */
  templates(): readonly (readonly [
    template: string,
    operations: ReadonlyMap<string, OperationModel>,
  ])[] {
    return this.#routes.map(({ template, operations }) => [template, operations])
  }

  /** Finds the operation that answers. */
  find(method: string, path: string): RouteMatch {
    const parts = path === '/' ? [] : path.slice(1).split('/')
    const candidates = this.#byLength.get(parts.length) ?? []
    const found = candidates.find(({ segments }) => matches(segments, parts))
    if (found === undefined || !path.startsWith('/')) return { kind: 'none' }
    const { template, operations, segments } = found
    const operation = operationFor(method, operations)
    if (operation === undefined) return { kind: 'method', template, allow: toAllowed(operations) }
    return { kind: 'operation', operation, params: toParams(segments, parts) }
  }
}

/** Gives the operation of a method; GET's answers HEAD where no other does. */
export function operationFor(
  method: string,
  operations: ReadonlyMap<string, OperationModel>,
): OperationModel | undefined {
  return operations.get(method) ?? (method === 'HEAD' ? operations.get('GET') : undefined)
}

/** Gives the methods of a path, as the `Allow` header lists them. */
export function toAllowed(operations: ReadonlyMap<string, unknown>): readonly string[] {
  const methods = new Set([...operations.keys(), 'OPTIONS'])
  if (methods.has('GET')) methods.add('HEAD')
  return [...methods].toSorted((a, b) => (a < b ? -1 : 1))
}

function toRoute(template: string, models: readonly OperationModel[]): Route {
  const here = models.filter(({ path }) => path === template)
  return {
    template,
    segments: toSegments(template) ?? [],
    operations: new Map(here.map((model) => [model.method, model])),
  }
}

/** Sorts fixed text before parameters, segment by segment. */
function rankOf({ segments }: Route): string {
  return segments.map(({ kind }) => (kind === 'text' ? '0' : '1')).join('')
}

function matches(segments: readonly Segment[], parts: readonly string[]): boolean {
  return segments.every((segment, index) =>
    segment.kind === 'text' ? segment.text === parts[index] : parts[index] !== '',
  )
}

function toParams(
  segments: readonly Segment[],
  parts: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    segments.flatMap((segment, index) =>
      segment.kind === 'parameter' ? [[segment.name, parts[index] ?? '']] : [],
    ),
  )
}
