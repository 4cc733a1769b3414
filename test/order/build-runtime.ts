import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, type OutputOptions } from 'rolldown'
import { RUNTIME_BUILDS } from '../../rolldown.config.ts'

const root = join(import.meta.dirname, '../..')
const CACHE = join(root, 'node_modules/.cache')

/** The runtime, built as it is published, in a folder of its own. */
export interface BuiltRuntime {
  /** The package's folder: its package.json and its dist/. */
  readonly path: string
  close(): void
}

/** Builds the runtime from the sources as they are now. It finds its dependencies where the repo has them. */
export async function buildRuntime(): Promise<BuiltRuntime> {
  mkdirSync(CACHE, { recursive: true })
  const path = mkdtempSync(join(CACHE, 'servicex-runtime-'))
  for (const options of RUNTIME_BUILDS)
    await build({
      ...options,
      cwd: root,
      logLevel: 'silent',
      output: { ...(options.output as OutputOptions), dir: join(path, 'dist') },
    })
  writeFileSync(join(path, 'package.json'), readFileSync(join(root, 'package.json')))
  return { path, close: () => rmSync(path, { recursive: true, force: true }) }
}
