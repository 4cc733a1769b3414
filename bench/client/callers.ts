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
  ...RAW,
  title: 'a generated client',
  client: 'generated',
  packages: ['undici', 'servicex'],
  spansPerCall: 2,
}

/** The same with every policy on: pods are looked up, chosen between, and left alone when they fail. */
export const BALANCED: Caller = {
  ...TYPED,
  title: 'a generated client, by the name of a headless Service',
  client: 'generated, by name',
}

/** What else there is to call with, as it comes: no validation, and only of got and ky a retry. */
export const OTHERS: readonly Caller[] = ['axios', 'got', 'ky', 'ofetch'].map((name) => ({
  ...RAW,
  title: name,
  client: name,
  packages: [name],
}))

const BARE: readonly Caller[] = [
  RAW,
  { ...RAW, title: 'node:http', client: 'node:http', packages: [] },
  { ...RAW, title: 'fetch', client: 'fetch', packages: [] },
  TYPED,
]

export const CALLERS: readonly Caller[] = [...BARE, BALANCED, ...OTHERS, ...BARE.map(underServicex)]

function underServicex(caller: Caller): Caller {
  return {
    ...caller,
    title: `${caller.title}, under servicex`,
    packages: [...new Set([...caller.packages, 'servicex'])],
    isObserved: true,
  }
}
