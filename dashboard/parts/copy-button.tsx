import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Icon } from './icon.tsx'

const SHOWN_MS = 1_500

/** Copies a text, and says that it did. */
export function CopyButton(props: {
  readonly text: string
  readonly label: string
  /** Only the picture is shown. */
  readonly isBare?: boolean
}): VNode {
  const { text, label, isBare = false } = props
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle')
  useEffect(() => {
    if (state === 'idle') return undefined
    const timer = setTimeout(() => setState('idle'), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [state])
  const words = state === 'copied' ? 'Copied' : state === 'refused' ? 'Not allowed' : label
  return (
    <button
      type="button"
      class={isBare ? 'quiet square' : 'copy'}
      title={isBare ? words : text}
      aria-label={isBare ? words : undefined}
      onClick={() => void copy(text).then(setState)}
    >
      <Icon name={state === 'copied' ? 'done' : 'copy'} />
      {!isBare && <span aria-live="polite">{words}</span>}
    </button>
  )
}

async function copy(text: string): Promise<'copied' | 'refused'> {
  try {
    await navigator.clipboard.writeText(text)
    return 'copied'
  } catch {
    return 'refused'
  }
}
