import type { VNode } from 'preact'
import type { MapEdge, ServiceSummary } from '../../tooling/plan/dev/api.ts'
import { toDuration, toPlural } from '../state/format.ts'
import { toHref } from '../state/route.ts'
import { toHue } from '../state/services.ts'

const NODE = { width: 132, height: 40, gapX: 116, gapY: 18 }
const MAX_NAME = 15

interface Place {
  readonly name: string
  readonly kind: MapEdge['toKind']
  readonly x: number
  readonly y: number
}

/** Who calls whom: callers on the left, those that are called on the right. */
export function ServiceMap(props: {
  readonly edges: readonly MapEdge[]
  readonly services: readonly ServiceSummary[]
}): VNode {
  const { edges, services } = props
  const places = placeNodes(edges, services)
  const byName = new Map(places.map((place) => [place.name, place]))
  const placed = edges.flatMap((edge): PlacedEdge[] => {
    const [from, to] = [byName.get(edge.from), byName.get(edge.to)]
    if (from === undefined || to === undefined) return []
    return [{ edge, from, to, isNearEnd: isWordedAtEnd(edges, edge) }]
  })
  const width = Math.max(...places.map(({ x }) => x + NODE.width)) + 4
  const height = Math.max(...places.map(({ y }) => y + NODE.height)) + 4
  return (
    <div class="map" tabIndex={0} role="region" aria-label="Map of services">
      <svg
        viewBox={`-2 -2 ${width + 2} ${height + 2}`}
        width={width}
        height={height}
        role="group"
        aria-label={toWords(edges)}
      >
        {placed.map((each) => (
          <EdgeLine key={toKey(each)} {...each} />
        ))}
        {/* Above all lines: none goes through a word. */}
        {placed.map((each) => (
          <EdgeWords key={toKey(each)} {...each} />
        ))}
        {places.map((place) => (
          <Node key={place.name} place={place} />
        ))}
      </svg>
      {edges.length === 0 && <p class="calm">Calls between services are drawn here.</p>}
    </div>
  )
}

function Node({ place }: { readonly place: Place }): VNode {
  const { name, kind, x, y } = place
  const shown = name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - 1)}…` : name
  const box = (
    <>
      <title>{name}</title>
      <rect x={x} y={y} width={NODE.width} height={NODE.height} rx={kind === 'service' ? 8 : 20} />
      {kind === 'service' && <circle cx={x + 16} cy={y + NODE.height / 2} r={4} />}
      {/* It ends where the box does, also in scripts whose letters are wide. */}
      <svg x={x} y={y} width={NODE.width - 6} height={NODE.height}>
        <text
          x={kind === 'service' ? 28 : NODE.width / 2}
          y={NODE.height / 2}
          dy="0.35em"
          text-anchor={kind === 'service' ? 'start' : 'middle'}
        >
          {shown}
        </text>
      </svg>
    </>
  )
  if (kind !== 'service') return <g class="node node-outside">{box}</g>
  return (
    <a
      class={`node ${toHue(name)}`}
      href={toHref('/traces', { service: name })}
      aria-label={`traces of ${name}`}
    >
      {box}
    </a>
  )
}

interface PlacedEdge {
  readonly edge: MapEdge
  readonly from: Place
  readonly to: Place
  /** Its words stand near the one that is called. */
  readonly isNearEnd: boolean
}

function toKey({ edge }: PlacedEdge): string {
  return `${edge.from} ${edge.to}`
}

function toEnds({ from, to }: PlacedEdge): Readonly<Record<'x1' | 'y1' | 'x2' | 'y2', number>> {
  const isForward = to.x > from.x
  return {
    x1: isForward ? from.x + NODE.width : from.x,
    y1: from.y + NODE.height / 2,
    x2: isForward ? to.x : to.x + NODE.width,
    y2: to.y + NODE.height / 2,
  }
}

function EdgeLine(props: PlacedEdge): VNode {
  const { x1, y1, x2, y2 } = toEnds(props)
  const middle = (x1 + x2) / 2
  const tip = props.to.x > props.from.x ? -6 : 6
  return (
    <g class={props.edge.errors > 0 ? 'edge edge-bad' : 'edge'}>
      <path d={`M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2 + tip * 0.8} ${y2}`} />
      <path class="arrow" d={`M${x2 + tip} ${y2 - 4}L${x2} ${y2}L${x2 + tip} ${y2 + 4}`} />
    </g>
  )
}

function EdgeWords(props: PlacedEdge): VNode {
  const { edge, isNearEnd } = props
  const { x1, y1, x2, y2 } = toEnds(props)
  // Words stand where the line has parted from its neighbours.
  const wordsX = isNearEnd ? x1 + (x2 - x1) * 0.64 : x1 + (x2 - x1) * 0.36
  const wordsY = isNearEnd ? y2 : y1
  return (
    <g class={edge.errors > 0 ? 'edge edge-bad' : 'edge'}>
      <text x={wordsX} y={wordsY - 6} text-anchor="middle">
        {toPlural(edge.calls, 'call')}
      </text>
      <text x={wordsX} y={wordsY + 15} text-anchor="middle" class="edge-note">
        {edge.errors > 0 ? `${edge.errors} failed` : `p95 ${toDuration(edge.p95Ms)}`}
      </text>
    </g>
  )
}

/** Puts each one column right of the farthest that calls it; a circle of calls is cut where it closes. */
function placeNodes(edges: readonly MapEdge[], services: readonly ServiceSummary[]): Place[] {
  const kinds = new Map<string, MapEdge['toKind']>(services.map(({ name }) => [name, 'service']))
  for (const { from, to, toKind } of edges) {
    kinds.set(from, 'service')
    if (!kinds.has(to)) kinds.set(to, toKind)
  }
  const columns = new Map<string, number>()
  const visit = (name: string, column: number, path: ReadonlySet<string>): void => {
    if (path.has(name) || (columns.get(name) ?? -1) >= column) return
    columns.set(name, column)
    for (const edge of edges)
      if (edge.from === name) visit(edge.to, column + 1, new Set([...path, name]))
  }
  const called = new Set(edges.filter(({ from, to }) => from !== to).map(({ to }) => to))
  for (const name of kinds.keys()) if (!called.has(name)) visit(name, 0, new Set())
  for (const name of kinds.keys()) if (!columns.has(name)) visit(name, 0, new Set())
  const rows = new Map<number, number>()
  return [...kinds].map(([name, kind]) => {
    const column = columns.get(name) ?? 0
    const row = rows.get(column) ?? 0
    rows.set(column, row + 1)
    return { name, kind, x: column * (NODE.width + NODE.gapX), y: row * (NODE.height + NODE.gapY) }
  })
}

/** One that calls many has its words at the many, one that is called by many too. */
function isWordedAtEnd(edges: readonly MapEdge[], { from, to }: MapEdge): boolean {
  const calls = edges.filter((edge) => edge.from === from).length
  return calls >= edges.filter((edge) => edge.to === to).length
}

function toWords(edges: readonly MapEdge[]): string {
  return edges.length === 0
    ? 'no calls yet'
    : edges
        .map(({ from, to, calls, errors }) => `${from} calls ${to}: ${calls}, ${errors} failed`)
        .join('; ')
}
