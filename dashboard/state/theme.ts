import { makeCell, type Cell } from './cell.ts'

/** How the page is lit; `auto` follows the machine. */
export type Theme = 'auto' | 'light' | 'dark'

const KEY = 'kube-dev-theme'
const ORDER: readonly Theme[] = ['auto', 'light', 'dark']

/** How the page is lit. */
export const theme: Cell<Theme> = makeCell(readTheme())

/** Makes the page look as chosen. */
export function applyTheme(): void {
  const chosen = theme.read()
  document.documentElement.style.colorScheme = chosen === 'auto' ? 'light dark' : chosen
}

/** Goes to the next way to be lit. */
export function cycleTheme(): void {
  const next = ORDER[(ORDER.indexOf(theme.read()) + 1) % ORDER.length] ?? 'auto'
  theme.write(next)
  try {
    localStorage.setItem(KEY, next)
  } catch {
    // The browser keeps nothing; it holds until the page is left.
  }
  applyTheme()
}

function readTheme(): Theme {
  try {
    return ORDER.find((each) => each === localStorage.getItem(KEY)) ?? 'auto'
  } catch {
    return 'auto'
  }
}
