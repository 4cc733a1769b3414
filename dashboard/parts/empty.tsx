import type { ComponentChildren, VNode } from 'preact'
import type { Finding } from '../../tooling/plan/dev/api.ts'
import { useCell } from '../state/cell.ts'
import { session } from '../state/services.ts'
import { CopyButton } from './copy-button.tsx'

/** What stands where nothing is yet: why, and what to do. */
export function Empty(props: {
  readonly title: string
  readonly children?: ComponentChildren
  /** Tells what is known of why nothing came. */
  readonly withHints?: boolean
}): VNode {
  const { title, children, withHints = false } = props
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
      {withHints && <AllHints />}
    </div>
  )
}

/** What is known of why there is less to see than there could be. */
export function Hints({ hints }: { readonly hints: readonly Finding[] }): VNode | null {
  if (hints.length === 0) return null
  return (
    <ul class="hints">
      {hints.map(({ message, fix }) => (
        <li key={message}>
          <p>{message}</p>
          <Fix fix={fix} />
        </li>
      ))}
    </ul>
  )
}

/** A command with a button that copies it. */
export function Snippet({ text }: { readonly text: string }): VNode {
  return (
    <div class="snippet">
      <code>{text}</code>
      <CopyButton text={text} label="Copy" isBare />
    </div>
  )
}

function Fix({ fix }: { readonly fix: string }): VNode {
  return /^(?:curl|npx|kube|npm) /.test(fix) ? <Snippet text={fix} /> : <p class="fix">{fix}</p>
}

function AllHints(): VNode | null {
  const services = useCell(session)?.services ?? []
  const withHints = services.filter(({ hints }) => hints.length > 0)
  if (withHints.length === 0) return null
  return (
    <div class="all-hints">
      {withHints.map(({ name, hints }) => (
        <div key={name}>
          <h2>{name}</h2>
          <Hints hints={hints} />
        </div>
      ))}
    </div>
  )
}
