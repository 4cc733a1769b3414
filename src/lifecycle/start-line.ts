import type { Config } from '../config/config.ts'
import type { Notice } from '../context/facts.ts'
import type { Armed } from '../instrumentation/arm.ts'

/**
 * Makes what tells, once and on a person's machine only, what servicex sees of this service and where
 * its telemetry goes; `servicex doctor` says more.
 */
export function openStartLine(config: Config, armed: Armed, notice: Notice): () => void {
  let told = !config.development
  return () => {
    if (told) return
    told = true
    void armed.ready.then(() => write(config, armed, notice))
  }
}

function write({ service, tracing, errors }: Config, armed: Armed, notice: Notice): void {
  const packages = armed.report().filter(({ state }) => state !== 'not loaded')
  const seen = packages.filter(({ fix }) => fix === undefined).map(({ name }) => name)
  const unseen = packages.filter(({ fix }) => fix !== undefined).map(({ name }) => name)
  const parts = [
    `sees HTTP${seen.map((name) => `, ${name}`).join('')}`,
    ...(unseen.length === 0 ? [] : [`does not see ${unseen.join(', ')}`]),
    tracing.endpoint === undefined ? 'traces go nowhere' : `traces go to ${tracing.endpoint}`,
    errors.dsn === undefined ? 'errors go to the log' : `errors go to ${new URL(errors.dsn).host}`,
  ]
  notice('info', `${service.name} listens: ${parts.join('; ')}. More: npx servicex doctor`, {
    packages: Object.fromEntries(packages.map(({ name, state }) => [name, state])),
  })
}
