import { ServicexError } from '../../src/convention/servicex-error.ts'
import { openProjectClient } from '../apply/registry/open-project-client.ts'
import { writePinnedBase } from '../apply/write-pinned-base.ts'
import { toCi } from '../parse/ci.ts'
import type { PinnedBase } from '../parse/facts/repository-facts.ts'
import { readPinnedBase, toBaseImage } from '../parse/pinned-base.ts'
import { type Project, readProject } from '../parse/project.ts'
import { DEFAULT_BASE_IMAGE } from '../plan/image/image-place.ts'
import { EXIT } from '../report/exit-code.ts'
import { openProgress } from '../report/progress.ts'
import type { CommandContext } from './command.ts'

/** What `kube build --update-base` did; `--json` prints exactly this. */
export interface BaseUpdate {
  readonly base: string
  /** Absent when nothing was pinned. */
  readonly before?: string
  readonly digest: string
}

/**
 * `kube build --update-base`: pins the base image, in servicex.lock, to what its tag names now.
 * Builds nothing. Rejects with SERVICEX_IMAGE_NOT_FOUND when the tag names nothing.
 */
export async function updateBase(
  { terminal, host, finish }: CommandContext,
  { json = false }: { readonly json?: boolean },
): Promise<void> {
  const ci = toCi(host.env)?.provider
  const progress = openProgress(terminal.stderr, {
    isQuiet: json,
    ...(ci === undefined ? {} : { ci }),
  })
  const project = await readProject(host.cwd())
  progress.phase('update base')
  const update = await pinBase(project, host.env)
  progress.step(toStep(update))
  progress.end()
  terminal.stdout.write(json ? `${JSON.stringify(update)}\n` : `${update.base}@${update.digest}\n`)
  finish(EXIT.done)
}

async function pinBase(
  { root, settings }: Project,
  env: Readonly<Record<string, string | undefined>>,
): Promise<BaseUpdate> {
  // Nothing that the lock says now matters, least of all that it cannot be read.
  const before = await readPinnedBase(root).catch(() => undefined)
  const { name, reference } = toBaseImage(settings.baseImage ?? DEFAULT_BASE_IMAGE, undefined)
  const client = openProjectClient(settings, env)
  try {
    const found = await client.resolve(reference)
    if (found === undefined) throw absent(name)
    await writePinnedBase(root, toPin(name, found.digest))
    return {
      base: name,
      digest: found.digest,
      ...(before === undefined ? {} : { before: `${before.reference}@${before.digest}` }),
    }
  } finally {
    client.close()
  }
}

function toPin(reference: string, digest: string): PinnedBase {
  return { reference, digest, pinnedAtSeconds: Math.floor(Date.now() / 1000) }
}

function toStep({ base, before, digest }: BaseUpdate): string {
  if (before === `${base}@${digest}`) return `servicex.lock pins ${base} still to ${digest}`
  const was = before === undefined ? '' : ` (was ${before})`
  return `pinned ${base} to ${digest} in servicex.lock${was}; commit it`
}

function absent(name: string): ServicexError {
  return new ServicexError('SERVICEX_IMAGE_NOT_FOUND', {
    summary: `there is no image ${name} to build on`,
    fix: 'set package.json#servicex.baseImage to one that exists',
  })
}
