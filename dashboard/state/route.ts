import { makeCell, useCell, type Cell } from './cell.ts'

/** Where the page is: its path, and the filters of it. */
export interface Route {
  readonly path: string
  readonly query: URLSearchParams
}

const cell: Cell<Route> = makeCell(readRoute())

addEventListener('popstate', () => cell.write(readRoute()))

/** Gives where the page is. */
export function useRoute(): Route {
  return useCell(cell)
}

/** Goes to another place, as a link does. */
export function goTo(href: string): void {
  history.pushState(null, '', href)
  cell.write(readRoute())
  document.querySelector('main')?.scrollTo(0, 0)
}

/** Changes filters of the place; an empty one is removed. The address changes, the history does not grow. */
export function setFilters(filters: Readonly<Record<string, string | undefined>>): void {
  const query = new URLSearchParams(location.search)
  for (const [name, value] of Object.entries(filters)) {
    if (value === undefined || value === '') query.delete(name)
    else query.set(name, value)
  }
  const search = query.toString()
  history.replaceState(null, '', location.pathname + (search === '' ? '' : `?${search}`))
  cell.write(readRoute())
}

/** Gives an address of the page with filters. */
export function toHref(
  path: string,
  filters: Readonly<Record<string, string | undefined>> = {},
): string {
  const set = Object.entries(filters).filter((pair): pair is [string, string] => Boolean(pair[1]))
  const search = new URLSearchParams(set).toString()
  return search === '' ? path : `${path}?${search}`
}

/** Follows links to places of the page without loading it again. */
export function followLinks(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  const link = (event.target as Element | null)?.closest('a')
  const href = link?.getAttribute('href')
  if (link?.target === '_blank' || href === undefined || href === null || !href.startsWith('/'))
    return
  event.preventDefault()
  goTo(href)
}

function readRoute(): Route {
  return { path: location.pathname, query: new URLSearchParams(location.search) }
}
