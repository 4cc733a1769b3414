import type { TraceState } from '@opentelemetry/api'

/** W3C tracestate as OpenTelemetry's API wants it; changing it is left to the vendors' own propagators. */
export class HeaderTraceState implements TraceState {
  readonly #header: string

  constructor(header: string) {
    this.#header = header
  }

  get(key: string): string | undefined {
    const member = this.#header
      .split(',')
      .find((candidate) => candidate.trim().startsWith(`${key}=`))
    return member?.trim().slice(key.length + 1)
  }

  set(key: string, value: string): HeaderTraceState {
    const others = this.unset(key).serialize()
    return new HeaderTraceState(others === '' ? `${key}=${value}` : `${key}=${value},${others}`)
  }

  unset(key: string): HeaderTraceState {
    const others = this.#header
      .split(',')
      .filter((candidate) => !candidate.trim().startsWith(`${key}=`))
    return new HeaderTraceState(others.join(','))
  }

  serialize(): string {
    return this.#header
  }
}
