import type { VNode } from 'preact'
import { useEffect } from 'preact/hooks'
import type { StateAnswer } from '../tooling/plan/dev/api.ts'
import { HelpDialog } from './parts/help-dialog.tsx'
import { Limits } from './parts/limits.tsx'
import { Sidebar } from './parts/sidebar.tsx'
import { onKey } from './state/keys.ts'
import { listen } from './state/live.ts'
import { useQuery } from './state/query.ts'
import { followLinks, useRoute } from './state/route.ts'
import { colourServices, session } from './state/services.ts'
import { ErrorView } from './views/error-view.tsx'
import { ErrorsView } from './views/errors-view.tsx'
import { LogsView } from './views/logs-view.tsx'
import { MetricsView } from './views/metrics-view.tsx'
import { OverviewView } from './views/overview-view.tsx'
import { TraceView } from './views/trace-view.tsx'
import { TracesView } from './views/traces-view.tsx'

/** The whole page: where one can go, and the view of where one is. */
export function App(): VNode {
  useEffect(() => {
    addEventListener('keydown', onKey)
    document.addEventListener('click', followLinks)
    const stop = listen()
    return () => {
      stop()
      removeEventListener('keydown', onKey)
      document.removeEventListener('click', followLinks)
    }
  }, [])
  const { data } = useQuery<StateAnswer>('/api/state', ['services', 'traces', 'errors', 'logs'])
  colourServices((data?.services ?? []).map(({ name }) => name))
  session.write(data)
  return (
    <div class="shell">
      <a class="skip" href="#main">
        Skip to content
      </a>
      <Sidebar state={data} />
      <main id="main" tabIndex={-1}>
        <Limits state={data} />
        <View state={data} />
      </main>
      <HelpDialog />
    </div>
  )
}

function View({ state }: { readonly state: StateAnswer | undefined }): VNode {
  const { path } = useRoute()
  const [, place = '', encoded] = path.split('/')
  const name = encoded === undefined || encoded === '' ? undefined : safeDecode(encoded)
  switch (place) {
    case 'traces':
      return name === undefined ? <TracesView /> : <TraceView id={name} />
    case 'logs':
      return <LogsView />
    case 'errors':
      return name === undefined ? <ErrorsView /> : <ErrorView group={name} />
    case 'metrics':
      return <MetricsView name={name} />
    default:
      return <OverviewView state={state} />
  }
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
