import { useEffect, useState } from 'preact/hooks'

/** A value that components follow. */
export interface Cell<Value> {
  read(): Value
  write(value: Value): void
  follow(listener: () => void): () => void
}

/** Makes a value that components follow. */
export function makeCell<Value>(initial: Value): Cell<Value> {
  let value = initial
  const listeners = new Set<() => void>()
  return {
    read: () => value,
    write(next) {
      if (Object.is(value, next)) return
      value = next
      for (const listener of listeners) listener()
    },
    follow(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** Gives a cell's value, and renders again when it changes. */
export function useCell<Value>(cell: Cell<Value>): Value {
  const [, render] = useState(0)
  const value = cell.read()
  useEffect(() => {
    // It may have changed between the render and now.
    if (!Object.is(cell.read(), value)) render((count) => count + 1)
    return cell.follow(() => render((count) => count + 1))
  }, [cell])
  return value
}
