import type { Signed } from '../apply/sigstore/open-signer.ts'
import type { ImagePlan, LayerPlan } from './image-plan.ts'

/** What `kube build` did; `--json` prints exactly this. */
export interface BuildReport {
  readonly outcome: 'pushed' | 'present' | 'written' | 'loaded' | 'planned'
  /** With its tag. */
  readonly image: string
  readonly revision: string
  /** What to deploy: the image by its digest. */
  readonly reference?: string
  readonly digest?: string
  /** By outcome: in the registry already, mounted from another repository, uploaded, copied. */
  readonly blobs?: Readonly<Record<string, number>>
  readonly uploadedBytes?: number
  /** Only with --sign. */
  readonly signed?: Signed
  readonly plan?: ImagePlan
  /** Only of a dry run: what would be built. */
  readonly dockerfile?: string
  readonly warnings: readonly string[]
  readonly durationMs: number
}

/** Gives the report as one line of JSON. */
export function toBuildJson(report: BuildReport): string {
  return `${JSON.stringify(report)}\n`
}

/** Gives the report as a person or a script reads it: the reference; for a dry run, the table of layers. */
export function toBuildText(report: BuildReport): string {
  const { outcome, image, reference, plan, dockerfile } = report
  if (dockerfile !== undefined) return `${image}\n\nby ${dockerfile}\n`
  if (outcome === 'planned' && plan !== undefined) return `${image}\n\n${toPlanText(plan)}`
  return `${reference ?? image}\n`
}

/** Gives the layers of an image as a table. */
function toPlanText({ platforms }: ImagePlan): string {
  return platforms
    .map(({ platform, layers }) => `${platform}\n${layers.map(toRow).join('')}`)
    .join('\n')
}

/** Gives a number of bytes as people read it. */
function toSizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  return bytes < 1_000_000
    ? `${(bytes / 1000).toFixed(1)} kB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`
}

function toRow({ name, reason, compressedBytes, files, leftOut = [] }: LayerPlan): string {
  const size = compressedBytes === undefined ? '' : toSizeText(compressedBytes)
  const count = files === undefined ? '' : `${files.length} files`
  const rows = leftOut.map(
    (total) =>
      `${' '.repeat(38)}left out: ${total.files} files, ${toSizeText(total.sizeBytes)} — ${total.meaning}\n`,
  )
  return `  ${name.padEnd(13)} ${size.padStart(9)}  ${count.padStart(11)}  ${reason}\n${rows.join('')}`
}
