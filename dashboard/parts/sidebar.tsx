import type { VNode } from 'preact'
import type { StateAnswer } from '../../tooling/plan/dev/api.ts'
import { useCell } from '../state/cell.ts'
import { toCount } from '../state/format.ts'
import { isHelpShown } from '../state/keys.ts'
import { connection, isPaused } from '../state/live.ts'
import { useRoute } from '../state/route.ts'
import { cycleTheme, theme } from '../state/theme.ts'
import { Icon, type IconName } from './icon.tsx'

interface Place {
  readonly href: string
  readonly label: string
  readonly icon: IconName
  readonly count?: keyof StateAnswer['counts']
}

const PLACES: readonly Place[] = [
  { href: '/', label: 'Overview', icon: 'overview' },
  { href: '/traces', label: 'Traces', icon: 'traces', count: 'traces' },
  { href: '/logs', label: 'Logs', icon: 'logs', count: 'logs' },
  { href: '/errors', label: 'Errors', icon: 'errors', count: 'errors' },
  { href: '/metrics', label: 'Metrics', icon: 'metrics' },
]

/** Where one can go, and how the page itself is doing. */
export function Sidebar({ state }: { readonly state: StateAnswer | undefined }): VNode {
  const { path } = useRoute()
  return (
    <header class="sidebar">
      <a class="brand" href="/">
        <Icon name="mark" />
        <span>
          kube <b>dev</b>
        </span>
      </a>
      <nav aria-label="Main">
        {PLACES.map((place) => {
          const isHere = place.href === '/' ? path === '/' : path.startsWith(place.href)
          const count = place.count === undefined ? 0 : (state?.counts[place.count] ?? 0)
          return (
            <a key={place.href} href={place.href} aria-current={isHere ? 'page' : undefined}>
              <Icon name={place.icon} />
              <span class="label">{place.label}</span>
              {count > 0 && (
                <span class={place.count === 'errors' ? 'count count-bad' : 'count'}>
                  {toCount(count)}
                </span>
              )}
            </a>
          )
        })}
      </nav>
      <Foot />
    </header>
  )
}

function Foot(): VNode {
  const state = useCell(connection)
  const paused = useCell(isPaused)
  const lit = useCell(theme)
  const words =
    state === 'lost'
      ? 'Not connected'
      : paused
        ? 'Paused'
        : state === 'live'
          ? 'Live'
          : 'Connecting'
  return (
    <div class="foot">
      <button
        type="button"
        class="quiet live"
        data-state={state === 'live' && paused ? 'paused' : state}
        aria-pressed={paused}
        title={paused ? 'Let lists move again (p)' : 'Let lists stand still (p)'}
        onClick={() => isPaused.write(!paused)}
      >
        <span class="beacon" aria-hidden="true" />
        <span role="status">{words}</span>
      </button>
      <button
        type="button"
        class="quiet square"
        title={`Theme: ${lit}`}
        aria-label={`Theme: ${lit}`}
        onClick={cycleTheme}
      >
        <Icon name={lit === 'dark' ? 'moon' : lit === 'light' ? 'sun' : 'half'} />
      </button>
      <button
        type="button"
        class="quiet square"
        title="Keys (?)"
        aria-label="Keys"
        onClick={() => isHelpShown.write(true)}
      >
        <Icon name="help" />
      </button>
    </div>
  )
}
