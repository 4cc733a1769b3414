import type { Plugin } from 'rolldown'
import { withoutRequire } from './without-require.ts'

const PARTS = '\0prom-client'
const UNUSED_IMPORT = "require('@opentelemetry/api')"

/**
 * Gives the runtime the four parts of prom-client that it uses. The whole also loads Node's https and
 * cluster and, for exemplars that servicex does not ask for, a second copy of OpenTelemetry's API:
 * 47 ms of processor time.
 */
export function builtinPromClient(): Plugin {
  return {
    name: 'builtin-prom-client',
    resolveId: (id) => (id === 'prom-client' ? PARTS : null),
    load: (id) =>
      id === PARTS
        ? `export { default as Registry } from 'prom-client/lib/registry.js'
export { default as Counter } from 'prom-client/lib/counter.js'
export { default as Gauge } from 'prom-client/lib/gauge.js'
export { default as collectDefaultMetrics } from 'prom-client/lib/defaultMetrics.js'`
        : null,
    transform: (code, id) =>
      id.includes('/prom-client/')
        ? withoutRequire(code.replace(UNUSED_IMPORT, 'undefined'))
        : null,
  }
}
