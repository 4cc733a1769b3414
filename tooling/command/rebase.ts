import type { Command } from 'commander'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { rebaseSboms } from '../apply/image/rebase-documents.ts'
import { readStoredImage, type StoredImage, toRebasedPush } from '../apply/image/rebase-image.ts'
import { openProjectClient } from '../apply/registry/open-project-client.ts'
import { pushImage } from '../apply/registry/push-image.ts'
import type { RegistryClient } from '../apply/registry/registry-client.ts'
import { openSigner, type Signed, type Signer } from '../apply/sigstore/open-signer.ts'
import { readAppName } from '../parse/app-name.ts'
import { toCi } from '../parse/ci.ts'
import {
  type ImageReference,
  toImageReference,
  toReferenceText,
  withVersion,
} from '../parse/image-reference.ts'
import { readProject } from '../parse/project.ts'
import { readRebaseTarget, type RebaseOptions } from '../parse/rebase-request.ts'
import { readRegistryEnvironment } from '../parse/registry-environment.ts'
import { readSigning } from '../parse/signing.ts'
import { toImageName } from '../plan/image/image-place.ts'
import { baseOf } from '../plan/image/rebase.ts'
import { EXIT } from '../report/exit-code.ts'
import { openProgress, type Progress } from '../report/progress.ts'
import type { CommandContext } from './command.ts'

/** What `kube rebase` did; `--json` prints exactly this. */
export interface RebaseReport {
  readonly outcome: 'pushed' | 'unchanged' | 'planned'
  /** What to deploy: the image by its digest. */
  readonly reference: string
  readonly digest: string
  readonly base: { readonly name: string; readonly before: string; readonly after: string }
  /** Bytes that had to be sent: the base's layers, where they could not be mounted, and the documents. */
  readonly uploadedBytes: number
  /** Only with --sign. */
  readonly signed?: Signed
}

/** `kube rebase`: puts an image that is in the registry onto the newest base, without building; the old one stays. */
export function attachRebase(command: Command, context: CommandContext): void {
  command
    .argument('[image]', 'a commit, or an image by its full name; HEAD when absent')
    .option('--base <image>', 'the base to put it on; what the tag of its own base names now')
    .option(
      '--sign <key>',
      'sign it: a P-256 key in PEM, its path or env:NAME; or keyless, by the CI job (sigstore)',
    )
    .option('--dry-run', 'say what would be pushed; push nothing')
    .option('--json', 'print one JSON object')
    .action(async (word: string | undefined, options: RebaseOptions) => {
      const { terminal, host, finish } = context
      const ci = toCi(host.env)?.provider
      const isQuiet = options.json === true
      const progress = openProgress(terminal.stderr, {
        isQuiet,
        ...(ci === undefined ? {} : { ci }),
      })
      const project = await readProject(host.cwd())
      const name = await readAppName(project)
      const from = await readRebaseTarget(word, {
        root: project.root,
        toImage: (revision) => toImageName(project.settings, name, revision),
      })
      const { sign } = options
      const call = { env: host.env, settings: project.settings }
      const signing = sign === undefined ? undefined : await readSigning(sign, call)
      const client = openProjectClient(project.settings, host.env)
      try {
        const { proxy } = readRegistryEnvironment(host.env)
        const isSigned = signing !== undefined && options.dryRun !== true
        const signer = isSigned ? await openSigner(signing, proxy) : undefined
        const report = await rebase({ client, from, options, signer, progress })
        terminal.stdout.write(isQuiet ? `${JSON.stringify(report)}\n` : `${report.reference}\n`)
        finish(EXIT.done)
      } finally {
        progress.end()
        client.close()
      }
    })
}

interface RebaseRun {
  readonly client: RegistryClient
  readonly from: ImageReference
  readonly options: RebaseOptions
  readonly signer: Signer | undefined
  readonly progress: Progress
}

async function rebase(run: RebaseRun): Promise<RebaseReport> {
  const { client, from, options, signer, progress } = run
  progress.phase(`rebase ${toReferenceText(from)}`)
  const stored = await readStoredImage(client, from)
  const before = baseOf(toReferenceText(from), firstOf(stored))
  const base = await resolveBase(client, options.base ?? before.name)
  const facts = { name: base.name, before: before.digest, after: base.digest }
  if (before.digest === base.digest && before.name === base.name) {
    progress.step(`it is on ${base.name}@${base.digest} already`)
    const { digest } = stored.root.descriptor
    const reference = toReferenceText(withVersion(from, { ...tagOf(from), digest }))
    return { outcome: 'unchanged', reference, digest, base: facts, uploadedBytes: 0 }
  }
  const push = await toRebasedPush(client, { stored, base, target: from })
  const { digest } = push.root.descriptor
  const target = withVersion(from, { tag: toRebasedTag(from, stored, base.digest) })
  const reference = toReferenceText({ ...target, digest })
  const planned = { reference, digest, base: facts, uploadedBytes: 0 }
  if (options.dryRun === true) return { outcome: 'planned', ...planned }
  const subject = { from, before: stored.root.descriptor, after: push.root.descriptor, base }
  const artifacts = await rebaseSboms(client, subject)
  const tagged = { ...target, tag: target.tag ?? '' }
  let signed: Signed | undefined
  const beforeTag = async (): Promise<void> => {
    signed = await signer?.(client, { ...target, digest })
  }
  const signing = signer === undefined ? {} : { beforeTag }
  const { blobs } = await pushImage(client, { ...push, ...signing, target: tagged, artifacts })
  progress.step(
    `put ${reference} on ${base.name}@${base.digest}; ${toReferenceText(from)} stays as it is`,
  )
  const sent = blobs.filter(({ outcome }) => outcome === 'uploaded' || outcome === 'copied')
  const uploadedBytes = sent.reduce((sum, { descriptor }) => sum + descriptor.size, 0)
  return { outcome: 'pushed', ...planned, uploadedBytes, ...(signed && { signed }) }
}

/** Gives the tag of a rebased image: the commit's, and what it is on. A commit's own tag never moves. */
function toRebasedTag(from: ImageReference, stored: StoredImage, base: string): string {
  const revision = firstOf(stored).manifest.annotations?.['org.opencontainers.image.revision'] ?? ''
  const tag = (from.tag ?? revision).replace(/-base-[0-9a-f]{12}$/, '')
  return `${tag}-base-${base.slice('sha256:'.length, 'sha256:'.length + 12)}`
}

async function resolveBase(
  client: RegistryClient,
  text: string,
): Promise<{
  readonly name: string
  readonly digest: `sha256:${string}`
  readonly reference: ImageReference
}> {
  const asked = toImageReference(text)
  const found = await client.resolve(asked)
  if (found === undefined)
    throw new ServicexError('SERVICEX_IMAGE_NOT_FOUND', {
      summary: `there is no image ${toReferenceText(asked)} to put it on`,
      fix: 'name a base image that exists: kube rebase --base <image>',
    })
  const { digest: _digest, ...named } = asked
  return {
    name: toReferenceText(named),
    digest: found.digest,
    reference: withVersion(asked, { ...tagOf(asked), digest: found.digest }),
  }
}

function tagOf({ tag }: ImageReference): { readonly tag?: string } {
  return tag === undefined ? {} : { tag }
}

function firstOf({ images }: StoredImage): StoredImage['images'][number] {
  const [first] = images
  if (first === undefined) throw new Error('an image has one platform at least')
  return first
}
