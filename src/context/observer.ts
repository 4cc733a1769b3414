import type { Sink } from './facts.ts'
import { type Sampler, toSampler } from './sampler.ts'

/** What the hooks need to know; set once by `observe()`, before that nothing is recorded. */
export interface Observer {
  readonly sinks: readonly Sink[]
  readonly sampler: Sampler
  /** Says whether a host is one of the company's own, and may see trace headers. */
  readonly isInternalHost: (host: string) => boolean
  /** Told of what a sink or a hook threw; must not throw. */
  readonly onBrokenSink: (error: unknown) => void
}

const IDLE: Observer = {
  sinks: [],
  sampler: toSampler({ parentBased: true, ratio: 1 }),
  isInternalHost: () => false,
  onBrokenSink: () => undefined,
}

let active: Observer = IDLE
const added = new Set<Sink>()

/** Gives the observer in force. */
export function observer(): Observer {
  return active
}

/** Says whether the hooks are in force. */
export function isObserving(): boolean {
  return active !== IDLE
}

/** Puts an observer in force; none stops the recording. */
export function setObserver(next: Observer | undefined): void {
  active = next ?? IDLE
}

/** Has a sink told of everything beside the observer's own, whichever is in force. Gives what ends that. */
export function addSink(sink: Sink): () => void {
  added.add(sink)
  return () => void added.delete(sink)
}

/** Gives one kind of facts to every sink that wants them. A sink that throws is told of and passed over. */
export function publish<Kind extends keyof Sink>(kind: Kind, facts: FactsOf<Kind>): void {
  publishToSinks(kind, [facts])
  publishToAdded(kind, facts)
}

/** Gives facts of one kind to the sinks of the observer in force: all to the first, then all to the next. */
export function publishToSinks<Kind extends keyof Sink>(
  kind: Kind,
  batch: readonly FactsOf<Kind>[],
): void {
  for (const sink of active.sinks)
    if (sink[kind] !== undefined) for (const facts of batch) tell(sink, kind, facts)
}

/** Gives one kind of facts to the sinks that were added beside the observer's own. */
export function publishToAdded<Kind extends keyof Sink>(kind: Kind, facts: FactsOf<Kind>): void {
  for (const sink of added) tell(sink, kind, facts)
}

function tell<Kind extends keyof Sink>(sink: Sink, kind: Kind, facts: FactsOf<Kind>): void {
  try {
    ;(sink[kind] as ((facts: FactsOf<Kind>) => void) | undefined)?.call(sink, facts)
  } catch (error) {
    active.onBrokenSink(error)
  }
}

type FactsOf<Kind extends keyof Sink> = Parameters<NonNullable<Sink[Kind]>>[0]
