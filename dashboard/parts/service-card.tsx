import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import type { ProcessFacts, ServiceSummary } from '../../tooling/plan/dev/api.ts'
import { toDuration, toFigures } from '../state/format.ts'
import { toHref } from '../state/route.ts'
import { toHue } from '../state/services.ts'
import { Hints } from './empty.tsx'
import { Icon, type IconName } from './icon.tsx'
import { Sparkbars } from './sparkline.tsx'

/** One service: how its process is, how its requests go, and where it is reached. */
export function ServiceCard({ service }: { readonly service: ServiceSummary }): VNode {
  const { name, process, history, failures, rate, errorRatio, p50Ms, p95Ms, hints } = service
  const isSeen = history.some((count) => count > 0)
  return (
    <article class={`card ${toHue(name)}`} aria-label={name}>
      <div class="card-head">
        <i class="dot" aria-hidden="true" />
        <h2 class="clip" title={name}>
          <a href={toHref('/traces', { service: name })}>{name}</a>
        </h2>
        <State process={process} />
        {process !== undefined && <Actions process={process} />}
      </div>
      <Sparkbars
        values={history}
        failures={failures}
        label={`${name}: ${history.reduce((a, b) => a + b, 0)} requests in the last 5 minutes, ${failures.reduce((a, b) => a + b, 0)} failed`}
      />
      <dl class="figures">
        <Figure label="req/s" value={toFigures(rate)} />
        <Figure label="p50" value={p50Ms === undefined ? '–' : toDuration(p50Ms)} />
        <Figure label="p95" value={p95Ms === undefined ? '–' : toDuration(p95Ms)} />
        <Figure
          label="errors"
          value={isSeen ? `${toFigures(errorRatio * 100)} %` : '–'}
          isBad={errorRatio > 0}
        />
      </dl>
      {process !== undefined && (
        <p class="address">
          <a href={process.url} target="_blank" rel="noreferrer">
            {process.url.replace('http://', '')}
          </a>
          {process.restarts > 0 && <span>started {process.restarts + 1} times</span>}
        </p>
      )}
      <Hints hints={hints} />
    </article>
  )
}

function Figure(props: {
  readonly label: string
  readonly value: string
  readonly isBad?: boolean
}): VNode {
  return (
    <div class={props.isBad === true ? 'figure bad' : 'figure'}>
      <dt>{props.label}</dt>
      <dd>{props.value}</dd>
    </div>
  )
}

function State({ process }: { readonly process: ProcessFacts | undefined }): VNode {
  const state = process?.state ?? 'remote'
  const isStarting = state === 'running' && process?.isListening === false && process.restarts === 0
  const words = state === 'remote' ? 'sends here' : isStarting ? 'running' : state
  return (
    <span class={`state state-${state}`} title={process?.ended}>
      {words}
    </span>
  )
}

function Actions({ process }: { readonly process: ProcessFacts }): VNode {
  const isUp = process.state === 'running'
  return (
    <span class="card-actions">
      <Action name={process.name} action="restart" icon="restart" />
      <Action name={process.name} action={isUp ? 'stop' : 'start'} icon={isUp ? 'stop' : 'start'} />
    </span>
  )
}

function Action(props: {
  readonly name: string
  readonly action: 'start' | 'stop' | 'restart'
  readonly icon: IconName
}): VNode {
  const { name, action, icon } = props
  const [isAsked, setAsked] = useState(false)
  const ask = async (): Promise<void> => {
    setAsked(true)
    await fetch(`/api/services/${name}/${action}`, { method: 'POST' }).catch(() => undefined)
    setAsked(false)
  }
  return (
    <button
      type="button"
      class="quiet square"
      title={`${action} ${name}`}
      aria-label={`${action} ${name}`}
      disabled={isAsked}
      onClick={() => void ask()}
    >
      <Icon name={icon} />
    </button>
  )
}
