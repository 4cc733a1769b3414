import { init, log, onShutdown } from 'servicex'
import { setTimeout as delay } from 'node:timers/promises'
import service from '../service.ts'
import { workOff } from './work-off.ts'

const { env } = init(service)

const stopping = new AbortController()
onShutdown('stop taking work', () => stopping.abort())
log.info({ poll_seconds: env.POLL_SECONDS }, 'app-name is up')

while (!stopping.signal.aborted) {
  const done = await workOff()
  if (done === 0)
    await delay(env.POLL_SECONDS * 1000, undefined, { signal: stopping.signal }).catch(() => {})
}
