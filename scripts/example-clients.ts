// Writes the snapshot that users offers, and the client that billing has of it: `npm run build && node scripts/example-clients.ts`.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { users } from '../examples/users/contract.ts'
import { toSnapshot, toSnapshotText } from '../src/client/contract/to-snapshot.ts'
import { planClient } from '../tooling/plan/client/plan-client.ts'

const ROOT = join(import.meta.dirname, '..')

/** Gives the generated files of the examples: what `kube client add users --from ../users/contract.json` writes in billing. */
export function planExampleFiles(): readonly { readonly path: string; readonly text: string }[] {
  const snapshot = toSnapshot(users)
  const files = planClient({ snapshot, origin: { source: '../users/contract.json' } })
  return [
    { path: 'examples/users/contract.json', text: toSnapshotText(snapshot) },
    ...files.map(({ path, text }) => ({ path: `examples/billing/clients/${path}`, text })),
  ]
}

if (import.meta.main)
  for (const { path, text } of planExampleFiles()) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true })
    writeFileSync(join(ROOT, path), text)
  }
