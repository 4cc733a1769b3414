import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Makes a folder of an app from its files; objects become JSON. The caller closes it. */
export function openAppFolder(files: Readonly<Record<string, unknown>>): {
  readonly path: string
  readonly close: () => void
} {
  const path = mkdtempSync(join(tmpdir(), 'servicex-doctor-'))
  for (const [name, content] of Object.entries(files)) {
    const file = join(path, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  }
  return { path, close: () => rmSync(path, { recursive: true }) }
}
