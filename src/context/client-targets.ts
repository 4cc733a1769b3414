/** A service that this process calls, as it stands now. */
export interface ClientTargetState {
  readonly service: string
  readonly inFlight: number
  /** The part of the calls that is refused here, 0 to 1. */
  readonly refusedShare: number
  /** Endpoints by what becomes of calls: `in` takes them, `out` takes none, `due` is tried next. */
  readonly endpoints: Readonly<Record<'in' | 'out' | 'due', number>>
}

const readers: (() => readonly ClientTargetState[])[] = []

/** Has `read` asked for its targets whenever they are wanted: whoever calls services says so once. */
export function addClientTargets(read: () => readonly ClientTargetState[]): void {
  readers.push(read)
}

/** Gives every service that this process calls; several clients of one each tell of it. */
export function readClientTargets(): readonly ClientTargetState[] {
  return readers.flatMap((read) => read())
}
