import type { VNode } from 'preact'

/** How a span came out, good or bad. */
export function Status({
  status,
  isError,
}: {
  readonly status: string | undefined
  readonly isError: boolean
}): VNode | null {
  if (status === undefined && !isError) return null
  const text = status ?? 'error'
  return (
    <span class={`status ${toTone(text, isError)}`} title={text}>
      {text}
    </span>
  )
}

function toTone(text: string, isError: boolean): string {
  if (isError || text.startsWith('5')) return 'bad'
  return text.startsWith('4') ? 'odd' : 'good'
}
