import { createInterface } from 'node:readline'
import { isApiError } from '../cluster/api-error.ts'
import type { ClusterClient } from '../cluster/cluster-client.ts'

/** Whose log is read, and what of it. */
export interface LogPlace {
  readonly client: ClusterClient
  readonly namespace: string
  readonly pod: string
  readonly container: string
  readonly isFollowing: boolean
  /** The run before the last restart. */
  readonly isPrevious?: boolean
  /** The last lines to begin with; all when absent. */
  readonly tailLines?: number
  readonly signal: AbortSignal
}

/** Reads one container's log, each line once, however often the connection breaks. */
export interface LogStream {
  /**
   * Gives the lines that are new, until the log ends or the connection does. Rejects when it may not be
   * read, and with the signal's reason.
   */
  readOn(): Promise<void>
}

/** A connection that is silent so long is opened anew: its node may be gone. */
const IDLE_MS = 60_000

const STAMPED = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*) ?(.*)$/s

/** Begins to read a log. `take` is given each line, without its end. */
export function openLogStream(place: LogPlace, take: (line: string) => void): LogStream {
  let last = ''
  return {
    readOn: async () => {
      const { client, signal } = place
      try {
        const request = { method: 'GET', path: toPath(place, last), timeoutMs: IDLE_MS, signal }
        const { body } = await client.stream(request)
        for await (const text of createInterface({ input: body, crlfDelay: Infinity })) {
          const [, stamp = last, line = text] = STAMPED.exec(text) ?? []
          // The server counts in whole seconds: it begins before where we were.
          if (stamp < last || (stamp === last && last !== '')) continue
          last = stamp
          take(line)
        }
      } catch (error) {
        signal.throwIfAborted()
        // The pod went, or is not there yet; a connection that broke is opened anew by the caller.
        if (isApiError(error) ? error.status === 403 : !isBroken(error)) throw error
      }
    },
  }
}

function toPath(place: LogPlace, last: string): string {
  const { container, isFollowing, isPrevious, namespace, pod, tailLines } = place
  const query = new URLSearchParams({
    container,
    timestamps: 'true',
    ...(isFollowing ? { follow: 'true' } : {}),
    ...(isPrevious === true ? { previous: 'true' } : {}),
    ...(last === '' ? {} : { sinceTime: last }),
    ...(last === '' && tailLines !== undefined ? { tailLines: String(tailLines) } : {}),
  })
  return `/api/v1/namespaces/${namespace}/pods/${encodeURIComponent(pod)}/log?${query.toString()}`
}

function isBroken(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException
  return /^(?:ECONN|EPIPE|ETIMEDOUT|ERR_STREAM|HPE_)/.test(code)
}
