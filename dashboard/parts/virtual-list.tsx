import type { VNode } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'

/** Rows beyond the edge that are there already, so that the next one can be focused. */
const OVERSCAN = 12

/** What a long list is made of. */
export interface VirtualListProps<Item> {
  readonly items: readonly Item[]
  readonly total: number
  readonly rowPx: number
  readonly label: string
  readonly head: VNode
  readonly className: string
  readonly keyOf: (item: Item) => number | string
  readonly render: (item: Item) => VNode
  /** Is called when the end of what is here comes near. */
  readonly onEnd?: (() => void) | undefined
}

/** A table of any length, of which only the rows in sight are in the document. */
export function VirtualList<Item>(props: VirtualListProps<Item>): VNode {
  const { items, total, rowPx, label, head, className, keyOf, render, onEnd } = props
  const ref = useRef<HTMLDivElement>(null)
  const [first, setFirst] = useState(0)
  const [count, setCount] = useState(40)
  const measure = (): void => {
    const box = ref.current
    if (box === null) return
    setFirst(Math.max(0, Math.floor(box.scrollTop / rowPx) - OVERSCAN))
    setCount(Math.ceil(box.clientHeight / rowPx) + 2 * OVERSCAN)
    if (box.scrollTop + box.clientHeight * 2 > box.scrollHeight) onEnd?.()
  }
  const anchor = useRef<number | string | undefined>(undefined)
  useLayoutEffect(() => {
    // Who reads further down keeps the place when rows come in above.
    const moved = items.findIndex((item) => keyOf(item) === anchor.current)
    const box = ref.current
    if (box !== null && box.scrollTop > 0 && moved > 0) box.scrollTop += moved * rowPx
    anchor.current = items[0] === undefined ? undefined : keyOf(items[0])
  }, [items])
  useEffect(() => {
    measure()
    const observer = new ResizeObserver(measure)
    if (ref.current !== null) observer.observe(ref.current)
    return () => observer.disconnect()
  }, [items.length])
  const from = Math.min(first, Math.max(0, items.length - count))
  const shown = items.slice(from, from + count)
  return (
    <div class={`table ${className}`} role="table" aria-label={label} aria-rowcount={total + 1}>
      {head}
      <div class="scroller" ref={ref} onScroll={measure} role="rowgroup" tabIndex={-1}>
        <div role="none" style={{ height: `${items.length * rowPx}px`, position: 'relative' }}>
          <div role="none" style={{ transform: `translateY(${from * rowPx}px)` }}>
            {shown.map((item, index) => (
              <div
                key={keyOf(item)}
                class="row"
                role="row"
                aria-rowindex={from + index + 2}
                style={{ height: `${rowPx}px` }}
              >
                {render(item)}
              </div>
            ))}
          </div>
        </div>
      </div>
    </div>
  )
}

/** The names of a table's columns. */
export function TableHead({ columns }: { readonly columns: readonly string[] }): VNode {
  return (
    <div class="table-head" role="rowgroup">
      <div class="row" role="row" aria-rowindex={1}>
        {columns.map((column) => (
          <span key={column} role="columnheader">
            {column}
          </span>
        ))}
      </div>
    </div>
  )
}
