import { gunzipSync, gzipSync } from 'node:zlib'
import type { Description } from '../../../src/convention/description.ts'
import {
  CONTRACT_RECORD,
  EXCEPTIONS_RECORD,
  LABELS,
  RECORD_LABELS,
  toClientRecordName,
} from '../../../src/convention/labels.ts'
import type { Snapshot } from '../../../src/convention/snapshot.ts'
import { SNAPSHOT_MAX_BYTES } from '../../parse/client/snapshot-source.ts'
import type { CommitRecord, ConsumedService } from '../../plan/deploy/commit-record.ts'
import { toCheckedSnapshot } from '../../plan/client/check-snapshot.ts'
import type { Manifest } from '../../plan/manifests/manifest.ts'
import { toAppLabels, toLabelValue } from '../../plan/manifests/metadata.ts'

/** What is recorded of an app in its namespace. */
export interface RecordedApp {
  readonly description: Description
  readonly revision: string
  readonly record: CommitRecord
}

/** A ConfigMap, as it is recorded and read. */
export interface RecordMap {
  readonly metadata: Manifest['metadata']
  readonly data?: Readonly<Record<string, string>>
  readonly binaryData?: Readonly<Record<string, string>>
}

/** A ConfigMap holds 1 MiB: what is longer is compressed. Source: Kubernetes, ConfigMaps. */
const MAX_PLAIN_CHARS = 256 * 1024

/**
 * Gives the ConfigMaps by which others know what an app serves, what it expects of whom, and which
 * rules it may break until when. Their label of the version is the revision.
 */
export function toRecordMaps({ description, revision, record }: RecordedApp): readonly Manifest[] {
  const toMap = (
    name: string,
    labels: Readonly<Record<string, string>>,
    content: Content,
  ): Manifest => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name,
      namespace: description.name,
      labels: {
        ...toAppLabels({ description }),
        [LABELS.version]: toLabelValue(revision),
        ...labels,
      },
    },
    ...content,
  })
  const { contract } = description
  const { exceptions } = record.convention
  return [
    ...(contract === undefined
      ? []
      : [toMap(CONTRACT_RECORD, { [RECORD_LABELS.record]: 'contract' }, toContent({}, contract))]),
    ...record.clients.map((client) => {
      const { service } = client
      const labels = { [RECORD_LABELS.record]: 'client', [RECORD_LABELS.calls]: service }
      return toMap(toClientRecordName(service), labels, toClientContent(client))
    }),
    ...(exceptions.length === 0
      ? []
      : [
          toMap(
            EXCEPTIONS_RECORD,
            { [RECORD_LABELS.record]: 'exceptions' },
            { data: { exceptions: JSON.stringify(exceptions) } },
          ),
        ]),
  ]
}

/** Puts records among the objects they are applied with: they follow the Namespace, which stands first. */
export function withRecords(
  manifests: readonly Manifest[],
  records: readonly Manifest[],
): readonly Manifest[] {
  const count = manifests.filter(({ kind }) => kind === 'Namespace').length
  return [...manifests.slice(0, count), ...records, ...manifests.slice(count)]
}

type Content = Pick<RecordMap, 'data' | 'binaryData'>

function toClientContent({ service, operations, snapshot, revision }: ConsumedService): Content {
  const data = {
    service,
    ...(operations === undefined ? {} : { operations: JSON.stringify(operations) }),
    ...(revision === undefined ? {} : { madeFrom: revision }),
  }
  return snapshot === undefined ? { data } : toContent(data, snapshot)
}

function toContent(data: Readonly<Record<string, string>>, contract: unknown): Content {
  const text = JSON.stringify(contract)
  if (text.length <= MAX_PLAIN_CHARS) return { data: { ...data, 'contract.json': text } }
  const packed = gzipSync(text, { level: 9 }).toString('base64')
  return {
    ...(Object.keys(data).length === 0 ? {} : { data }),
    binaryData: { 'contract.json.gz': packed },
  }
}

/** Gives the snapshot that a ConfigMap holds; nothing when it holds none. Throws SERVICEX_SNAPSHOT_INVALID. */
export function toRecordedSnapshot({
  metadata,
  data,
  binaryData,
}: RecordMap): Snapshot | undefined {
  const where = `ConfigMap ${metadata.namespace ?? ''}/${metadata.name}`
  const packed = binaryData?.['contract.json.gz']
  const text = packed === undefined ? data?.['contract.json'] : unpack(packed)
  if (text === undefined) return undefined
  return toCheckedSnapshot(toValue(text), where)
}

/** Gives the operations that a ConfigMap says are called; all when it says nothing. */
export function toRecordedOperations({ data }: RecordMap): readonly string[] | undefined {
  const value = toValue(data?.['operations'] ?? 'null')
  return Array.isArray(value)
    ? value.filter((name): name is string => typeof name === 'string')
    : undefined
}

/** Gives what a ConfigMap holds of exceptions, unchecked. */
export function toRecordedExceptions({ data }: RecordMap): readonly unknown[] {
  const value = toValue(data?.['exceptions'] ?? '[]')
  return Array.isArray(value) ? (value as unknown[]) : []
}

function unpack(packed: string): string {
  try {
    const bytes = gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: SNAPSHOT_MAX_BYTES })
    return bytes.toString('utf8')
  } catch {
    return ''
  }
}

/** Others may write to these: what cannot be read is as if it were not there, and is told of by who looks for it. */
function toValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
