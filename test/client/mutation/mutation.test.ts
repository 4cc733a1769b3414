import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { MUTANTS } from './mutants.ts'

const root = join(import.meta.dirname, '../../..')
const runner = join(root, 'node_modules/vitest/vitest.mjs')
const config = join(import.meta.dirname, 'fixtures/mutant.config.ts')

/** `npm run test:mutation` runs them all. */
const mutants = process.env['MUTANTS'] === 'all' ? MUTANTS : MUTANTS.filter(({ always }) => always)

describe('without any one of them, the tests are red', () => {
  test.concurrent.for(mutants)('$name', { timeout: 120_000 }, async ({ name, only }) => {
    const pattern = only === undefined ? [] : ['--testNamePattern', only]
    const argv = [runner, 'run', '--config', config, ...pattern]
    const running = promisify(execFile)(process.execPath, argv, {
      cwd: root,
      env: {
        ...process.env,
        MUTANT: name,
        VITEST: undefined,
        NODE_ENV: undefined,
        NO_COLOR: '1',
        FORCE_COLOR: undefined,
      },
    })
    const failure = await running.then(
      ({ stdout }) => `the tests are green: ${stdout}`,
      (error: { stdout: string; stderr: string }) => `${error.stdout}${error.stderr}`,
    )
    // Red because a test says so, and not because the mutant cannot be run.
    expect(failure).toMatch(/Tests\s.*\b1 failed/)
  })
})
