import { makeCell, type Cell } from './cell.ts'
import { isPaused } from './live.ts'
import { goTo } from './route.ts'

/** Whether the list of keys is shown. */
export const isHelpShown: Cell<boolean> = makeCell(false)

const PLACES: Readonly<Record<string, string>> = {
  o: '/',
  t: '/traces',
  l: '/logs',
  e: '/errors',
  m: '/metrics',
}

/** The keys of the page, as its help lists them. */
export const KEYS: readonly (readonly [keys: string, meaning: string])[] = [
  ['g o', 'overview'],
  ['g t', 'traces'],
  ['g l', 'logs'],
  ['g e', 'errors'],
  ['g m', 'metrics'],
  ['/', 'search in this list'],
  ['j  k', 'next, previous row'],
  ['Enter', 'open the row'],
  ['p', 'let lists stand still, or move again'],
  ['?', 'this list'],
]

const CHORD_MS = 1_200
let chordUntil = 0

/** Does what a key means, unless a person is writing. */
export function onKey(event: KeyboardEvent): void {
  if (event.metaKey || event.ctrlKey || event.altKey) return
  const target = event.target as HTMLElement | null
  const isWriting = target?.closest('input, select, textarea, dialog') != null
  if (event.key === 'Escape' && isWriting) target?.blur()
  if (isWriting) return
  const place = PLACES[event.key]
  if (event.timeStamp < chordUntil && place !== undefined) {
    chordUntil = 0
    return goTo(place)
  }
  if (event.key === 'g') chordUntil = event.timeStamp + CHORD_MS
  else if (event.key === '/') focusSearch(event)
  else if (event.key === 'j') moveRow(1)
  else if (event.key === 'k') moveRow(-1)
  else if (event.key === 'p') isPaused.write(!isPaused.read())
  else if (event.key === '?') isHelpShown.write(true)
}

function focusSearch(event: KeyboardEvent): void {
  const search = document.querySelector<HTMLInputElement>('input[type=search]')
  if (search === null) return
  event.preventDefault()
  search.focus()
  search.select()
}

function moveRow(by: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')]
  const at = rows.findIndex((row) => row === document.activeElement)
  const next = at === -1 ? rows[0] : rows[Math.min(rows.length - 1, Math.max(0, at + by))]
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}
