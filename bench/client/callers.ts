/** One client, in a process that observes its calls or does not. */
export interface Caller {
  readonly title: string
  /** Its name in clients.cjs. */
  readonly client: string
  readonly packages: readonly string[]
  readonly isObserved: boolean
  /** Where it is observed: a typed call has a span of its own, above that of its attempt. */
  readonly spansPerCall: number
}

/** What the others are compared with. */
export const RAW: Caller = {
  title: 'undici.request',
  client: 'undici.request',
  packages: ['undici'],
  isObserved: false,
  spansPerCall: 1,
}

/** A generated client: it checks every reply, has a deadline, and the policies of its defaults. */
export const TYPED: Caller = {
  title: 'a generated client',
  client: 'generated',
  packages: ['undici', 'servicex'],
  isObserved: false,
  spansPerCall: 2,
}

const BARE: readonly Caller[] = [
  RAW,
  { title: 'node:http', client: 'node:http', packages: [], isObserved: false, spansPerCall: 1 },
  { title: 'fetch', client: 'fetch', packages: [], isObserved: false, spansPerCall: 1 },
  TYPED,
]

export const CALLERS: readonly Caller[] = [...BARE, ...BARE.map(underServicex)]

function underServicex(caller: Caller): Caller {
  return {
    ...caller,
    title: `${caller.title}, under servicex`,
    packages: [...new Set([...caller.packages, 'servicex'])],
    isObserved: true,
  }
}
