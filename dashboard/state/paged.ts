import { useEffect, useRef, useState } from 'preact/hooks'
import type { ChangeEvent, ListAnswer } from '../../tooling/plan/dev/api.ts'
import { useQuery } from './query.ts'

/** A long list: its newest page, which stays up to date, and the older ones that were scrolled to. */
export interface PagedList<Item> {
  readonly items: readonly Item[]
  readonly total: number
  readonly isLoading: boolean
  readonly loadMore: (() => void) | undefined
}

const PAGE = 100
const OLDER_PAGE = 500

/** Gives a list by pages; `parameters` are those of the API. */
export function usePagedList<Item extends { readonly seq: number }>(
  path: string,
  parameters: Readonly<Record<string, string | null>>,
  parts: readonly (keyof ChangeEvent)[],
): PagedList<Item> {
  const set = Object.entries(parameters).filter((pair): pair is [string, string] =>
    Boolean(pair[1]),
  )
  const filter = new URLSearchParams(set).toString()
  const { data } = useQuery<ListAnswer<Item>>(`${path}?limit=${PAGE}&${filter}`, parts)
  const known = useRef<readonly Item[]>([])
  const isAsking = useRef(false)
  const [atEnd, setAtEnd] = useState(false)
  useEffect(() => {
    known.current = []
    setAtEnd(false)
  }, [filter])
  known.current = join(data?.items ?? [], known.current)
  const items = known.current
  const [, render] = useState(0)
  const loadOlder = async (last: number): Promise<void> => {
    const older = await load<Item>(`${path}?limit=${OLDER_PAGE}&before=${last}&${filter}`)
    isAsking.current = false
    known.current = [...known.current, ...older.filter(({ seq }) => seq < last)]
    setAtEnd(older.length === 0)
    render((count) => count + 1)
  }
  const loadMore = (): void => {
    const last = toLast(items)
    if (isAsking.current || last === undefined) return
    isAsking.current = true
    void loadOlder(last)
  }
  return {
    items,
    total: data?.total ?? 0,
    isLoading: data === undefined,
    loadMore: data !== undefined && items.length < data.total && !atEnd ? loadMore : undefined,
  }
}

/** The cursor of a list: its oldest row. */
function toLast(items: readonly { readonly seq: number }[]): number | undefined {
  return items.length === 0 ? undefined : Math.min(...items.map(({ seq }) => seq))
}

/** The newest rows and those that were known before; these are forgotten when rows between are not known. */
function join<Item extends { readonly seq: number }>(
  newest: readonly Item[],
  known: readonly Item[],
): readonly Item[] {
  const last = toLast(newest)
  if (last === undefined) return []
  const isWhole = newest.length < PAGE || known.some(({ seq }) => seq >= last)
  return isWhole ? [...newest, ...known.filter(({ seq }) => seq < last)] : newest
}

async function load<Item>(path: string): Promise<readonly Item[]> {
  try {
    const response = await fetch(path)
    return response.ok ? ((await response.json()) as ListAnswer<Item>).items : []
  } catch {
    return []
  }
}
