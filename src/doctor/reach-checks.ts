import { connect } from 'node:net'
import type { Config } from '../config/config.ts'
import type { Check } from '../convention/doctor.ts'
import { isLocalEnvironment } from '../convention/environments.ts'
import { ENV } from '../convention/env-names.ts'

const TIMEOUT_MS = 2000

/** Says whether the collector and Sentry can be reached from here: by a TCP connection, nothing is sent. */
export function checkReach({ tracing, errors, service }: Config): Promise<Check[]> {
  const isLocal = isLocalEnvironment(service.environment)
  return Promise.all([
    checkOne('traces', tracing.endpoint, { variable: ENV.otlpEndpoint, isLocal }),
    checkOne('errors', errors.dsn, { variable: ENV.sentryDsn, isLocal }),
  ])
}

async function checkOne(
  name: string,
  url: string | undefined,
  { variable, isLocal }: { readonly variable: string; readonly isLocal: boolean },
): Promise<Check> {
  const about = { category: 'telemetry', name } as const
  if (url === undefined) {
    const message = `${variable} is not set: ${name} go nowhere`
    return isLocal
      ? { ...about, status: 'pass', message }
      : { ...about, status: 'warn', message, fix: `set ${variable} in this environment` }
  }
  const { hostname, port, protocol } = new URL(url)
  const place = {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port) || toPort(protocol),
  }
  const problem = await tryToConnect(place)
  const where = `${hostname}:${place.port}`
  if (problem === undefined)
    return { ...about, status: 'pass', message: `${where} takes connections` }
  return {
    ...about,
    status: 'fail',
    message: `${where} cannot be reached: ${problem}`,
    fix: `correct ${variable}, or let this place connect to ${where}`,
  }
}

function toPort(protocol: string): number {
  return protocol === 'https:' ? 443 : 80
}

function tryToConnect(place: { host: string; port: number }): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ ...place, timeout: TIMEOUT_MS })
    const end = (problem: string | undefined): void => {
      socket.destroy()
      resolve(problem)
    }
    socket.once('connect', () => end(undefined))
    socket.once('timeout', () => end(`no answer within ${TIMEOUT_MS} ms`))
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message))
  })
}
