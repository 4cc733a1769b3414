import type { VNode } from 'preact'
import type { ErrorGroup } from '../../tooling/plan/dev/api.ts'
import { toAge, toCount } from '../state/format.ts'
import { ServiceName } from './service-name.tsx'

/** Groups of errors, the one that happened last first. */
export function ErrorList(props: {
  readonly groups: readonly ErrorGroup[]
  readonly nowMs: number
}): VNode {
  return (
    <ul class="errors">
      {props.groups.map((group) => (
        <li key={group.group}>
          <a class="error-row" href={`/errors/${group.group}`} data-row>
            <span class="error-words">
              <b>{group.type}</b>
              <span class="clip" title={group.message}>
                {group.message}
              </span>
            </span>
            <span class="error-place">
              <ServiceName name={group.service} />
              {group.place !== undefined && <code class="clip">{group.place}</code>}
              <span class="age">{toAge(group.lastMs, props.nowMs)}</span>
            </span>
            <span class="error-count" title={`${group.count} times`}>
              {toCount(group.count)}
              <span aria-hidden="true">×</span>
            </span>
          </a>
        </li>
      ))}
    </ul>
  )
}
