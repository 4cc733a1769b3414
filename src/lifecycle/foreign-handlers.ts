import type { Notice } from '../context/facts.ts'

/**
 * Tells of every handler of the stop signals beside servicex's own: most of them end the process before
 * it has drained. Call it when servicex's own are set. Gives what undoes it.
 */
export function watchStopSignals(signals: readonly NodeJS.Signals[], notice: Notice): () => void {
  for (const signal of signals) {
    const others = process.listenerCount(signal) - 1
    if (others > 0) tell(notice, signal, 'a place that ran before init()')
  }
  const told = new Set<string>()
  const onNewListener = (event: string | symbol): void => {
    const signal = signals.find((name) => name === event)
    if (signal === undefined) return
    const place = placeOf(new Error('where').stack ?? '')
    if (told.has(place)) return
    told.add(place)
    tell(notice, signal, place)
  }
  process.on('newListener', onNewListener)
  return () => void process.off('newListener', onNewListener)
}

function tell(notice: Notice, signal: NodeJS.Signals, place: string): void {
  notice('warn', `${signal} is handled at ${place} too: it may end the process before it drains`, {
    fix: 'move what it does into onShutdown(), and remove the handler',
  })
}

/** The frames of the emitter and of servicex are on top: the app's is below the last of the emitter's. */
function placeOf(stack: string): string {
  const frames = stack.split('\n').slice(1, 12)
  const app = frames[frames.findLastIndex((frame) => frame.includes('node:events')) + 1] ?? ''
  return /\(?(?:file:\/\/)?([^\s()]+:\d+:\d+)\)?$/.exec(app)?.[1] ?? 'an unknown place'
}
