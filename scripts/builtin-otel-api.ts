import type { Plugin } from 'rolldown'

/** OpenTelemetry's API: 53 files, and a third of what a start with nothing configured costs. */
export const OTEL_API = '@opentelemetry/api'

/**
 * Gives the runtime the API by a name of its own, which package.json#imports leads to a build of it in one file.
 * Under the condition `module`, which bundlers know and Node does not, it is the package itself: a bundle has the API
 * once, and tracers that its modules take early are of the copy that servicex sets up.
 */
export function builtinOtelApi(): Plugin {
  return {
    name: 'builtin-otel-api',
    resolveId: (id) => (id === OTEL_API ? { id: '#otel-api', external: true } : null),
  }
}
