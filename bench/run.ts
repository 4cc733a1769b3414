/** `npm run bench`: every bench, one after the other; options such as `--quick` go to each. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const BENCHES = ['request', 'startup', 'log', 'metrics', 'client']

for (const name of BENCHES) {
  const file = join(import.meta.dirname, `${name}.ts`)
  const { status } = spawnSync(process.execPath, [file, ...process.argv.slice(2)], {
    stdio: 'inherit',
  })
  if (status !== 0) process.exitCode = 1
}
