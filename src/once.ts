import { SERVICEX_VERSION } from './convention/version.ts'
import { ServicexError } from './convention/servicex-error.ts'

const FIRST = Symbol.for('servicex.init')

/** Throws SERVICEX_INIT_TWICE when any copy of servicex in this process has been initialised, naming where. */
export function assertFirstInit(): void {
  const shared = globalThis as { [FIRST]?: { readonly version: string; readonly where: string } }
  const first = shared[FIRST]
  if (first === undefined) {
    shared[FIRST] = { version: SERVICEX_VERSION, where: callerOfInit() }
    return
  }
  throw new ServicexError('SERVICEX_INIT_TWICE', {
    summary: `init() was called again at ${callerOfInit()}`,
    details: [`the first call was at ${first.where} (servicex ${first.version})`],
    fix: 'remove one of the two calls; `log` and the rest can be imported anywhere',
  })
}

/** The place outside of servicex that called init(): the frame above it. */
function callerOfInit(): string {
  const frames = (new Error('where').stack ?? '').split('\n').slice(1)
  const frame = frames[3] ?? frames.at(-1) ?? ''
  return /\(?([^\s()]+:\d+:\d+)\)?$/.exec(frame.trim())?.[1] ?? 'an unknown place'
}
