import type { ComponentChildren, VNode } from 'preact'
import { useEffect } from 'preact/hooks'
import { Icon } from './icon.tsx'

/** A title of more letters may be cut after two lines. */
const LONG = 60

/** The head of a view: its title, what is counted, and what can be done. */
export function ViewHead(props: {
  readonly title: string
  readonly note?: ComponentChildren
  readonly back?: { readonly href: string; readonly label: string }
  readonly badge?: ComponentChildren
  readonly children?: ComponentChildren
}): VNode {
  const { title, note, back, badge, children } = props
  useEffect(() => {
    document.title = `${title} · kube dev`
  }, [title])
  return (
    <div class="head">
      <div class="head-words">
        {back !== undefined && (
          <a class="back" href={back.href}>
            <Icon name="back" />
            {back.label}
          </a>
        )}
        <div class="head-title">
          <h1 title={title.length > LONG ? title : undefined}>{title}</h1>
          {badge}
        </div>
        {note !== undefined && <div class="note">{note}</div>}
      </div>
      {children !== undefined && <div class="actions">{children}</div>}
    </div>
  )
}
