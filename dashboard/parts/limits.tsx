import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import type { StateAnswer } from '../../tooling/plan/dev/api.ts'
import { toCount } from '../state/format.ts'
import { Icon } from './icon.tsx'

/** Says what was let go to keep to a limit, until a person has read it; and what could not be passed on. */
export function Limits({ state }: { readonly state: StateAnswer | undefined }): VNode | null {
  const [read, setRead] = useState('')
  if (state === undefined) return null
  const { dropped, forward } = state
  const parts = dropped.map(
    ({ what, count, limit }) => `${toCount(count)} ${what} (${limit} are kept)`,
  )
  const kinds = dropped.map(({ what }) => what).join()
  const isForwardFailing = forward !== undefined && forward.failed > 0
  if ((parts.length === 0 || kinds === read) && !isForwardFailing) return null
  return (
    <div class="notice" role="status">
      <p>
        {parts.length > 0 && kinds !== read && (
          <span>The oldest were let go: {parts.join(', ')}. </span>
        )}
        {isForwardFailing && (
          <span>
            {toCount(forward.failed)} deliveries were not passed on to {forward.url}:{' '}
            {forward.lastError}.
          </span>
        )}
      </p>
      <button type="button" class="quiet square" aria-label="Hide" onClick={() => setRead(kinds)}>
        <Icon name="close" />
      </button>
    </div>
  )
}
