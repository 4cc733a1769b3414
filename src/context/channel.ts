import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { observer } from './observer.ts'

/** Listeners by channel name; each gets what the channel publishes, of a type only its publisher knows. */
export type ChannelListeners = Readonly<Record<string, (message: never) => void>>

/** Subscribes to channels of Node and of libraries; what a listener throws never reaches the publisher. Gives what undoes it. */
export function listen(listeners: ChannelListeners): () => void {
  const guarded = Object.entries(listeners).map(
    ([name, listener]) => [name, guard(listener)] as const,
  )
  for (const [name, listener] of guarded) subscribe(name, listener)
  return () => {
    for (const [name, listener] of guarded) unsubscribe(name, listener)
  }
}

function guard(listener: (message: never) => void): (message: unknown) => void {
  return (message) => {
    try {
      listener(message as never)
    } catch (error) {
      observer().onBrokenSink(error)
    }
  }
}
