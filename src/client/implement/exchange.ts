import type { Deadline } from './deadline.ts'
import type { IncomingRequest } from './incoming-request.ts'
import type { PathParameters } from './read-input.ts'
import type { Repetitions } from './repetitions.ts'
import type { ServeOptions } from './serve-options.ts'
import type { ServedOperation } from './served-operation.ts'

/** One request on its way to its reply: all that its steps share. */
export interface Exchange {
  readonly served: ServedOperation
  readonly request: IncomingRequest
  readonly path: PathParameters
  readonly deadline: Deadline
  readonly options: ServeOptions
  /** `undefined` where handlers recognise repetitions themselves. */
  readonly repetitions: Repetitions | undefined
}
