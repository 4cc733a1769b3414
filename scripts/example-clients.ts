// Writes the snapshot that billing offers, and the client that users has of it: `npm run build && node scripts/example-clients.ts`.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { billing } from '../examples/billing/contract.ts'
import { toSnapshot, toSnapshotText } from '../src/client/contract/to-snapshot.ts'
import { planClient } from '../tooling/plan/client/plan-client.ts'

const ROOT = join(import.meta.dirname, '..')

/** Gives the generated files of the examples: what `kube client add billing --from ../billing/contract.json` writes in users. */
export function planExampleFiles(): readonly { readonly path: string; readonly text: string }[] {
  const snapshot = toSnapshot(billing)
  const files = planClient({ snapshot, origin: { source: '../billing/contract.json' } })
  return [
    { path: 'examples/billing/contract.json', text: toSnapshotText(snapshot) },
    ...files.map(({ path, text }) => ({ path: `examples/users/clients/${path}`, text })),
  ]
}

if (import.meta.main)
  for (const { path, text } of planExampleFiles()) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true })
    writeFileSync(join(ROOT, path), text)
  }
