/** What a server does for each request. */
export interface Route {
  /** In routes/. */
  readonly name: string
  readonly title: string
  readonly path: string
  /** What the app installs for it. */
  readonly packages: readonly string[]
  /** Client spans of each request. */
  readonly clientSpans: 0 | 1
  /** Measured for every variant; the others only for those that are compared. */
  readonly isMain: boolean
  /** At which shares of bare's saturation cost and latency are measured too. */
  readonly rateShares: readonly number[]
}

const hello = {
  path: '/hello',
  packages: [],
  clientSpans: 0,
  isMain: false,
  rateShares: [],
} as const

/** Where one query goes, where PostgreSQL is installed, and where it is not. */
export const POSTGRES_ROUTE: Route = {
  ...hello,
  name: 'postgres',
  title: 'node:http, one query of PostgreSQL',
  packages: ['pg'],
  clientSpans: 1,
}
export const SQLITE_ROUTE: Route = {
  ...hello,
  name: 'sqlite',
  title: 'node:http, one query of SQLite',
}

export const ROUTES: readonly Route[] = [
  { ...hello, name: 'hello', title: 'node:http, JSON', isMain: true, rateShares: [0.25, 0.6] },
  {
    ...hello,
    name: 'call',
    title: 'node:http, one outgoing call',
    clientSpans: 1,
    isMain: true,
    rateShares: [0.25],
  },
  POSTGRES_ROUTE,
  SQLITE_ROUTE,
  { ...hello, name: 'fastify', title: 'Fastify', path: '/users/7', packages: ['fastify'] },
  { ...hello, name: 'express', title: 'Express', path: '/users/7', packages: ['express'] },
  { ...hello, name: 'errors', title: 'node:http, 1 % errors' },
]
