/** An answer of the API server that is no success. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  /** Kubernetes' own word: `NotFound`, `Conflict`, `Invalid`, `Forbidden`. */
  readonly reason: string
  /** Each field that was refused, with why. */
  readonly causes: readonly ApiCause[]

  constructor(status: number, body: StatusBody) {
    super(body.message ?? `the API server answered ${status}`)
    this.status = status
    this.reason = body.reason ?? ''
    this.causes = body.details?.causes ?? []
  }
}

/** One field that was refused. */
export interface ApiCause {
  readonly reason?: string
  readonly message?: string
  readonly field?: string
}

/** The part of Kubernetes' `Status` that is read. */
export interface StatusBody {
  readonly message?: string
  readonly reason?: string
  readonly details?: { readonly causes?: readonly ApiCause[]; readonly retryAfterSeconds?: number }
}

/** Says whether `error` is an answer of the API server with `status`. */
export function isApiError(error: unknown, status?: number): error is ApiError {
  return error instanceof ApiError && (status === undefined || error.status === status)
}
