/**
 * `npm run demo`: two services under real traffic, one request that fails, and the local dashboard that
 * shows everything of it; the services go on until Ctrl-C. `--once` tells the same in the terminal, by
 * the test helpers alone, and ends by itself.
 */
import { styleText } from 'node:util'
import { collectStory } from './demo/collect-story.ts'
import { openReceivers } from './demo/open-receivers.ts'
import { renderDashboard } from './demo/render-dashboard.ts'
import { renderFurther, renderLiveLine } from './demo/render-further.ts'
import { renderStart, renderTraffic } from './demo/render-start.ts'
import { renderStory, type Style } from './demo/render-story.ts'
import { sendTraffic } from './demo/send-traffic.ts'
import { startDashboard } from './demo/start-dashboard.ts'
import { startService, type RunningService } from './demo/start-service.ts'

const style: Style = (format, text) => styleText(format, text, { stream: process.stdout })
const once = process.argv.includes('--once')
const RECEIVERS = 'collector and Sentry: stand-ins in this process, on free ports of 127.0.0.1'
const interrupted = untilInterrupted()
const toClose: (() => Promise<void>)[] = []
let told = false

try {
  await Promise.race([runDemo(), interrupted])
  if (!told) process.exitCode = 130
} catch (error) {
  process.exitCode = 1
  console.error(`\nthe demo failed: ${error instanceof Error ? error.message : String(error)}`)
} finally {
  for (const close of toClose.toReversed()) await close()
}
process.exit()

function runDemo(): Promise<void> {
  return once ? tellStory() : showDashboard()
}

async function showDashboard(): Promise<void> {
  const dashboard = await startDashboard(['users', 'billing'])
  toClose.push(dashboard.stop)
  const users = dashboard.services.find(({ name }) => name === 'users')
  if (users === undefined) throw new Error('kube dev did not say where users is')
  console.log(renderStart(dashboard.services, style))
  console.log(renderTraffic(await sendTraffic(users.url), style))
  console.log(renderDashboard(dashboard, style))
  console.log(renderFurther({ users, once }, style))
  told = true
  dashboard.onLine((line) => console.log(renderLiveLine(line, style)))
  await interrupted
  console.log('\nstopping: both services end what they have begun')
}

async function tellStory(): Promise<void> {
  const receivers = await openReceivers()
  toClose.push(receivers.close)
  const billing = await start('billing', receivers.env)
  const users = await start('users', { ...receivers.env, SERVICEX_URL_BILLING: billing.url })
  console.log(renderStart([users, billing], style, RECEIVERS))
  console.log(renderTraffic(await sendTraffic(users.url), style))
  console.log(renderStory(await collectStory({ users, billing, receivers }), style))
  console.log(renderFurther({ users, once }, style))
  told = true
}

async function start(name: string, env: Readonly<Record<string, string>>): Promise<RunningService> {
  const service = await startService(name, env)
  toClose.push(service.stop)
  return service
}

function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => resolve())
  })
}
