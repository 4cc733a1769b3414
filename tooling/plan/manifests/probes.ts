import { ADMIN_PATHS } from '../../../src/convention/ports.ts'

/** The name of the container port with health and metrics. */
export const ADMIN_PORT_NAME = 'admin'

/** How long a process may take to start, seconds, before it is killed: attempts × period. */
const START = { failureThreshold: 60, periodSeconds: 2 }

/** Dead for this long, seconds, is killed: attempts × period. Longer than any pause of a garbage collection. */
const LIVE = { failureThreshold: 3, periodSeconds: 10, timeoutSeconds: 5 }

/** Not ready for this long, seconds, gets no traffic: attempts × period. */
const READY = { failureThreshold: 2, periodSeconds: 5, timeoutSeconds: 3 }

/** Gives the probes of a container that runs on: the runtime's own paths, on its own port. */
export function toProbes(): Record<string, object> {
  return {
    startupProbe: { httpGet: get(ADMIN_PATHS.live), ...START },
    livenessProbe: { httpGet: get(ADMIN_PATHS.live), ...LIVE },
    readinessProbe: { httpGet: get(ADMIN_PATHS.ready), ...READY },
  }
}

function get(path: string): object {
  return { path, port: ADMIN_PORT_NAME }
}
