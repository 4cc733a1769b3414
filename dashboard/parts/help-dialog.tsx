import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { useCell } from '../state/cell.ts'
import { isHelpShown, KEYS } from '../state/keys.ts'
import { session } from '../state/services.ts'

/** The keys of the page, and where the rest is written. */
export function HelpDialog(): VNode {
  const shown = useCell(isHelpShown)
  const ref = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (shown) ref.current?.showModal()
    else ref.current?.close()
  }, [shown])
  return (
    <dialog ref={ref} aria-labelledby="keys" onClose={() => isHelpShown.write(false)}>
      <h2 id="keys">Keys</h2>
      <dl class="keys">
        {KEYS.map(([keys, meaning]) => (
          <div key={keys}>
            <dt>
              {keys.split(/\s+/).map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <p class="muted">
        servicex {session.read()?.version}. Everything here stays on this machine, and in memory
        {session.read()?.persist === undefined ? ' until kube dev ends' : ' and in a file'}. The
        same in a terminal: <code>kube dev traces</code>, <code>logs</code>, <code>errors</code>,{' '}
        <code>metrics</code>.
      </p>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  )
}
