import type { Span } from '@opentelemetry/api'
import type { Scope } from '../context/scope.ts'

/** The span of telemetry's own work: it has its parent's place and records nothing. */
export class UnrecordedSpan implements Span {
  readonly #scope: Scope

  constructor(scope: Scope) {
    this.#scope = scope
  }

  spanContext(): ReturnType<Span['spanContext']> {
    return (
      this.#scope.span?.spanContext() ?? {
        traceId: '0'.repeat(32),
        spanId: '0'.repeat(16),
        traceFlags: 0,
      }
    )
  }

  isRecording(): boolean {
    return false
  }

  setAttribute(): this {
    return this
  }

  setAttributes(): this {
    return this
  }

  addEvent(): this {
    return this
  }

  addLink(): this {
    return this
  }

  addLinks(): this {
    return this
  }

  setStatus(): this {
    return this
  }

  updateName(): this {
    return this
  }

  end(): void {}

  recordException(): void {}
}
