/** One client, in a process that observes its calls or does not. */
export interface Caller {
  readonly title: string
  /** Its name in clients.cjs. */
  readonly client: string
  readonly packages: readonly string[]
  readonly isObserved: boolean
}

/** What the others are compared with. */
export const RAW: Caller = {
  title: 'undici.request',
  client: 'undici.request',
  packages: ['undici'],
  isObserved: false,
}

/** A generated client that validates; there is none yet. It comes here, and into clients.cjs. */
export const TYPED: Caller | undefined = undefined

const BARE: readonly Caller[] = [
  RAW,
  { title: 'node:http', client: 'node:http', packages: [], isObserved: false },
  { title: 'fetch', client: 'fetch', packages: [], isObserved: false },
]

export const CALLERS: readonly Caller[] = [...BARE, ...BARE.map(underServicex)]

function underServicex(caller: Caller): Caller {
  return {
    ...caller,
    title: `${caller.title}, under servicex`,
    packages: [...caller.packages, 'servicex'],
    isObserved: true,
  }
}
