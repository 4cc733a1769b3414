/** The parts of a request that decide whether it may be looked at. */
export interface Visitor {
  readonly method: string
  readonly target: string
  readonly host: string | undefined
  readonly origin: string | undefined
  /** Source: W3C Fetch Metadata; every browser of today sends it. */
  readonly fetchSite: string | undefined
}

/** Why a request is not answered. */
export interface Refusal {
  readonly status: number
  readonly reason: string
}

/** What a request asks for. */
export interface Target {
  readonly path: string
  readonly query: URLSearchParams
}

const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i
const METHODS = new Set(['GET', 'HEAD', 'POST'])

/**
 * Says why a request is refused, if it is: its `Host` names another machine (what DNS rebinding
 * does), a page of another origin sent it, or it is none of ours.
 */
export function toRefusal({ method, host, origin, fetchSite }: Visitor): Refusal | undefined {
  if (host === undefined || !LOOPBACK.test(host))
    return {
      status: 403,
      reason: 'this page is for this machine: open it as 127.0.0.1 or localhost',
    }
  if (origin !== undefined && origin !== `http://${host}`)
    return { status: 403, reason: 'pages of other origins may not use this one' }
  // A link that is followed has no origin; a page that sends something has one.
  if (fetchSite === 'cross-site' && method !== 'GET')
    return { status: 403, reason: 'pages of other sites may not use this one' }
  if (!METHODS.has(method)) return { status: 405, reason: `${method} is not served here` }
  return undefined
}

/** Reads what a request asks for; `undefined` when it is no path of a server. */
export function toTarget(target: string): Target | undefined {
  if (!target.startsWith('/') || target.startsWith('//') || target.startsWith('/\\'))
    return undefined
  try {
    const { pathname, searchParams } = new URL(target, 'http://dashboard')
    return pathname.startsWith('//') ? undefined : { path: pathname, query: searchParams }
  } catch {
    return undefined
  }
}
