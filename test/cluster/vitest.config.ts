import { join } from 'node:path'
import type { ViteUserConfig } from 'vitest/config'

/** Tests on a real cluster: minutes long, so beside the others, not among them. */
const config: ViteUserConfig = {
  test: {
    name: 'cluster',
    root: join(import.meta.dirname, '../..'),
    include: ['test/cluster/*.test.ts'],
    globalSetup: './test/cluster/setup.ts',
    // Rollouts mostly wait: two files at a time fill a small machine.
    maxWorkers: 2,
    testTimeout: 240_000,
    hookTimeout: 240_000,
    reporters: ['verbose'],
  },
}

export default config
