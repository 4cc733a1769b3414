import type { ComponentChildren, VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { useCell } from '../state/cell.ts'
import { setFilters, useRoute } from '../state/route.ts'
import { session } from '../state/services.ts'
import { Icon } from './icon.tsx'

const SETTLE_MS = 180

/** The filters of a list; they stand in the address. */
export function FilterBar({ children }: { readonly children: ComponentChildren }): VNode {
  return (
    <div class="filters" role="search">
      {children}
    </div>
  )
}

/** Words to look for. */
export function SearchFilter({ label }: { readonly label: string }): VNode {
  const { query } = useRoute()
  const inAddress = query.get('q') ?? ''
  const [text, setText] = useState(inAddress)
  useEffect(() => setText(inAddress), [inAddress])
  useEffect(() => {
    if (text === inAddress) return undefined
    const timer = setTimeout(() => setFilters({ q: text }), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <label class="search">
      <Icon name="search" />
      <span class="hidden">{label}</span>
      <input
        type="search"
        placeholder={label}
        value={text}
        spellcheck={false}
        autocomplete="off"
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <kbd aria-hidden="true">/</kbd>
    </label>
  )
}

/** One of several values. */
export function SelectFilter(props: {
  readonly name: string
  readonly label: string
  readonly options: readonly (readonly [value: string, words: string])[]
}): VNode {
  const { name, label, options } = props
  const { query } = useRoute()
  const value = query.get(name) ?? ''
  return (
    <label class="select" data-set={value !== ''}>
      <span class="hidden">{label}</span>
      <select value={value} onChange={(event) => setFilters({ [name]: event.currentTarget.value })}>
        {options.map(([each, words]) => (
          <option key={each} value={each} selected={each === value}>
            {words}
          </option>
        ))}
      </select>
      <Icon name="down" />
    </label>
  )
}

/** One of the services. */
export function ServiceFilter(): VNode {
  const services = useCell(session)?.services ?? []
  const chosen = useRoute().query.get('service')
  const names = services.map(({ name }) => name)
  const all = chosen === null || names.includes(chosen) ? names : [...names, chosen]
  return (
    <SelectFilter
      name="service"
      label="Service"
      options={[['', 'All services'], ...all.map((name) => [name, name] as const)]}
    />
  )
}

/** On or off. */
export function ToggleFilter(props: {
  readonly name: string
  readonly value: string
  readonly label: string
}): VNode {
  const { name, value, label } = props
  const isOn = useRoute().query.get(name) === value
  return (
    <button
      type="button"
      class="toggle"
      aria-pressed={isOn}
      onClick={() => setFilters({ [name]: isOn ? undefined : value })}
    >
      {label}
    </button>
  )
}

/** A filter that came with a link; it can be let go. */
export function ChipFilter(props: { readonly name: string; readonly label: string }): VNode | null {
  const { name, label } = props
  const value = useRoute().query.get(name)
  if (value === null) return null
  return (
    <button
      type="button"
      class="chip"
      title={value}
      onClick={() => setFilters({ [name]: undefined })}
    >
      {label} <code>{value.length > 16 ? `${value.slice(0, 8)}…` : value}</code>
      <Icon name="close" />
      <span class="hidden">remove this filter</span>
    </button>
  )
}
