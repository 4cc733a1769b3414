import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toSnapshot, toSnapshotText } from 'servicex/contract'
import type { Snapshot } from 'servicex/contract'
import { runKube, type ToolRun } from '../run-kube.ts'
import { billing } from '../../fixtures/client/billing.ts'

/** A project that uses clients, in a folder of its own; must be closed. */
export interface Consumer {
  readonly folder: string
  kube(...argv: readonly string[]): Promise<ToolRun>
  read(path: string): string
  write(path: string, text: string): void
  close(): void
}

/** Makes a project with billing's snapshot in `../billing.json`, next to it. */
export function openConsumer(): Consumer {
  const top = mkdtempSync(join(tmpdir(), 'servicex-consumer-'))
  const folder = join(top, 'users')
  execFileSync('mkdir', [folder])
  const write = (path: string, text: string): void => writeFileSync(join(folder, path), text)
  write('package.json', '{\n    "name": "users",\n    "type": "module"\n}\n')
  write('../billing.json', toSnapshotText(BILLING))
  return {
    folder,
    write,
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    kube: (...argv) => runKube(argv, { cwd: folder }),
    close: () => rmSync(top, { recursive: true, force: true }),
  }
}

/** The snapshot of the fixture's contract. */
export const BILLING: Snapshot = toSnapshot(billing)

/** A snapshot that can be changed. */
export interface Changing {
  readonly paths: Record<string, Record<string, unknown> | undefined>
}

/** A snapshot with one thing changed. */
export function changed(change: (snapshot: Changing) => void): string {
  const copy = structuredClone(BILLING) as unknown as Changing
  change(copy)
  return JSON.stringify(copy)
}
