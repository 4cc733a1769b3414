import type { VNode } from 'preact'
import { toHue } from '../state/services.ts'

/** A service's name with its colour. */
export function ServiceName({ name }: { readonly name: string }): VNode {
  return (
    <span class={`service ${toHue(name)}`} title={name}>
      <i class="dot" aria-hidden="true" />
      <span class="clip">{name}</span>
    </span>
  )
}
