import { LABELS } from '../../../src/convention/labels.ts'
import type { Manifest } from '../manifests/manifest.ts'
import { toCanonicalText, toComparable } from './comparable.ts'
import { hideSecrets, type ObjectPair } from './hide-secrets.ts'

/** What a deploy would do to one object. */
export interface ObjectChange {
  readonly change: 'added' | 'changed' | 'deleted' | 'unchanged' | 'kept' | 'refused'
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  /** As it is: without what the server notes, and without secrets. */
  readonly before?: Manifest
  readonly after?: Manifest
  /** Its pods are replaced. */
  readonly isRolling?: boolean
  /** Nothing but the revision in its labels becomes another. */
  readonly isRevisionAlone?: boolean
  /** Why the cluster would not take it. */
  readonly reasons?: readonly string[]
}

/** Gives what becomes of an object that is `live`, and would be `planned`; of one of them at least. */
export function toChange(live: Manifest | undefined, planned: Manifest | undefined): ObjectChange {
  const pair = {
    before: live === undefined ? undefined : toComparable(live),
    after: planned === undefined ? undefined : toComparable(planned),
  }
  const { apiVersion, kind, metadata } = (planned ?? live) as Manifest
  const change = toKind(pair.before, pair.after)
  const { before, after } = change === 'unchanged' ? {} : hideSecrets(pair)
  return {
    change,
    apiVersion,
    kind,
    name: metadata.name,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    ...(change === 'changed' && isRolling(live, planned) ? { isRolling: true } : {}),
    ...(change === 'changed' && isRevisionAlone(pair) ? { isRevisionAlone: true } : {}),
  }
}

/** Says whether anything would be otherwise after the deploy. */
export function isDifference({ change }: ObjectChange): boolean {
  return change === 'added' || change === 'changed' || change === 'deleted'
}

function toKind(
  before: Manifest | undefined,
  after: Manifest | undefined,
): 'added' | 'changed' | 'deleted' | 'unchanged' {
  if (before === undefined) return 'added'
  if (after === undefined) return 'deleted'
  return toCanonicalText(before) === toCanonicalText(after) ? 'unchanged' : 'changed'
}

const ROLLED_KINDS: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet'])

function isRolling(live: Manifest | undefined, planned: Manifest | undefined): boolean {
  if (!ROLLED_KINDS.has(planned?.kind ?? '')) return false
  return templateOf(live) !== templateOf(planned)
}

function templateOf(object: Manifest | undefined): string {
  const spec = object?.['spec'] as { readonly template?: unknown } | undefined
  return toCanonicalText(spec?.template)
}

function isRevisionAlone({ before, after }: ObjectPair): boolean {
  const revision = before?.metadata.labels?.[LABELS.version]
  if (after === undefined || revision === undefined) return false
  const { labels, ...metadata } = after.metadata
  const same = { ...labels, [LABELS.version]: revision }
  return (
    toCanonicalText({ ...after, metadata: { ...metadata, labels: same } }) ===
    toCanonicalText(before)
  )
}
