import type { VNode } from 'preact'
import { toBreakable } from './breakable.tsx'
import type { Fields, Value } from '../../tooling/plan/dev/record.ts'

/** Names and values. */
export function FieldTable({ fields }: { readonly fields: Fields }): VNode {
  const rows = flatten(fields)
  if (rows.length === 0) return <p class="muted">none</p>
  return (
    <dl class="fields">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt title={name}>{toBreakable(name)}</dt>
          <dd>{toText(value)}</dd>
        </div>
      ))}
    </dl>
  )
}

function toText(value: Value): VNode | string {
  if (typeof value === 'string') return value.includes('\n') ? <pre>{value}</pre> : value
  if (typeof value === 'object' && value !== null)
    return <pre>{JSON.stringify(value, null, 2)}</pre>
  return String(value)
}

const MAX_DEPTH = 4

/** Members of members stand below their path, `http.status`, so that long ones among them can be read. */
function flatten(
  fields: Fields,
  prefix = '',
  depth = 0,
): (readonly [name: string, value: Value])[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    const path = prefix + name
    const isNested =
      typeof value === 'object' && value !== null && !Array.isArray(value) && depth < MAX_DEPTH
    return isNested ? flatten(value as Fields, `${path}.`, depth + 1) : [[path, value] as const]
  })
}
