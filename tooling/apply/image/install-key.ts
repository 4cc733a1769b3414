import { createHash } from 'node:crypto'
import { type FileEntry, nameOf } from '../../plan/image/entry.ts'
import {
  selectInstallInputs,
  toInstallFields,
  withoutTokens,
} from '../../plan/image/install-inputs.ts'
import { RULES_VERSION } from '../../plan/image/leave-out-rules.ts'
import { type TargetPlatform, toArchitectureWords } from '../../plan/image/target-platform.ts'
import type { ImageJob } from './image-job.ts'

/** What an install depends on besides the files. */
export interface InstallScope {
  readonly scope: 'production' | 'all'
  /** This machine when absent. */
  readonly target?: TargetPlatform
}

/** Gives a name for everything that decides what is installed: the same name, the same packages. */
export async function toInstallKey(job: ImageJob, install: InstallScope): Promise<string> {
  const { layout, source, allowedScripts } = job
  const inputs = selectInstallInputs(source.entries, layout.all)
  const identities = inputs.map(async (entry) =>
    entry.kind === 'link'
      ? [entry.path, entry.target]
      : [entry.path, await toIdentity(entry, source.read)],
  )
  const { target, scope } = install
  return toKey([
    layout.manager,
    // What is left out of the image is not even written.
    install.scope === 'production' ? [RULES_VERSION, job.selection] : [],
    layout.app.folder,
    layout.used.map(({ folder }) => folder),
    scope,
    target === undefined
      ? [process.platform, process.arch]
      : [toArchitectureWords(target.platform).cpu, target.libc],
    // What a script compiles depends on the Node it runs on.
    allowedScripts.length === 0 ? [] : [allowedScripts, process.versions.modules],
    await Promise.all(identities),
  ])
}

/** Gives a name for any facts, in 64 hexadecimal digits. */
export function toKey(facts: unknown): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex')
}

async function toIdentity(entry: FileEntry, read: ImageJob['source']['read']): Promise<string> {
  if (nameOf(entry.path) === 'package.json') {
    const text = (await read(entry.content)).toString()
    return toInstallFields(JSON.parse(text) as object)
  }
  if (entry.path === '.npmrc') return withoutTokens((await read(entry.content)).toString())
  if (entry.content.kind === 'blob') return entry.content.id
  return createHash('sha256')
    .update(await read(entry.content))
    .digest('hex')
}
