import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { planExampleFiles } from '../scripts/example-clients.ts'

test.for(planExampleFiles().map((file) => [file.path, file] as const))(
  '%s is as generated: `node scripts/example-clients.ts`',
  ([path, { text }]) => {
    expect(readFileSync(join(import.meta.dirname, '..', path), 'utf8')).toBe(text)
  },
)
