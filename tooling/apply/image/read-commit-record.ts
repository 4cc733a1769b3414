import { join } from 'node:path'
import type { Description } from '../../../src/convention/description.ts'
import { operationsOf } from '../../../src/convention/service-plan.ts'
import type { Snapshot } from '../../../src/convention/snapshot.ts'
import { CLIENTS_FOLDER, readContractFiles } from '../../parse/client/read-clients.ts'
import { readFacts } from '../../parse/facts/read-facts.ts'
import { readOverrideFiles } from '../../parse/overrides.ts'
import { readPinnedBase } from '../../parse/pinned-base.ts'
import type { Project } from '../../parse/project.ts'
import { readSettingsLayers, toSeverities } from '../../parse/read-settings.ts'
import { toCheckedSnapshot } from '../../plan/client/check-snapshot.ts'
import type { ClientOrigin } from '../../plan/client/plan-client.ts'
import {
  type CommitRecord,
  type ConsumedService,
  type ConventionRecord,
  RECORD_VERSION,
} from '../../plan/deploy/commit-record.ts'
import { RULES } from '../../plan/rules/catalog.ts'
import { findBreaches } from '../../plan/rules/judge.ts'

/** What a record is read of. */
export interface RecordPlace {
  /** The app's package, in its repository. */
  readonly project: Project
  /** A folder with the commit's files of the app; the project's own when absent. */
  readonly folder?: string
  /** The top of those files: nothing outside of it comes into the record. */
  readonly top?: string
  readonly description: Description
  readonly committedAtSeconds: number
}

/**
 * Reads what a commit says of its deploy: its overrides, its clients, its exceptions and where it breaks a rule.
 *
 * Rejects with SERVICEX_IMAGE_CONTENT_UNSAFE when a file of `kube/` is a link out of the repository, and
 * with SERVICEX_SNAPSHOT_INVALID when a contract file is none.
 */
export async function readCommitRecord(place: RecordPlace): Promise<CommitRecord> {
  const { project, folder = project.root } = place
  const top = place.top ?? project.repository ?? project.root
  const [overrides, clients, convention] = await Promise.all([
    readOverrideFiles(folder, top),
    readConsumedServices(folder, place.description),
    readConvention(place),
  ])
  return { version: RECORD_VERSION, overrides, clients, convention }
}

/** Reads which services an app calls: by its generated clients, and what it declares besides. Rejects with SERVICEX_SNAPSHOT_INVALID. */
export async function readConsumedServices(
  folder: string,
  { uses }: Description,
): Promise<readonly ConsumedService[]> {
  const files = await readContractFiles(join(folder, CLIENTS_FOLDER))
  const generated = files.map(({ service, document }): ConsumedService => {
    const { 'x-servicex-client': origin, ...snapshot } = toCheckedSnapshot(
      document,
      `${CLIENTS_FOLDER}/${service}.contract.json`,
    ) as Snapshot & { readonly 'x-servicex-client'?: ClientOrigin }
    const { name, namespace } = snapshot['x-servicex'].service
    const declared = uses.find((use) => use.service === name)?.operations
    return {
      service: name,
      namespace,
      ...(origin?.revision === undefined ? {} : { revision: origin.revision }),
      operations: declared ?? operationsOf(snapshot).map(({ operation }) => operation.operationId),
      snapshot,
    }
  })
  const others = uses
    .filter(({ service }) => !generated.some((one) => one.service === service))
    .map(({ service, operations }): ConsumedService => ({
      service,
      namespace: service,
      ...(operations === undefined ? {} : { operations }),
    }))
  return [...generated, ...others].toSorted((a, b) => (a.service < b.service ? -1 : 1))
}

/** Rules that look at the calendar look on the day of the commit: the same commit gives the same record. */
async function readConvention({
  project,
  description,
  committedAtSeconds,
}: RecordPlace): Promise<ConventionRecord> {
  const [pinnedBase, layers] = await Promise.all([
    readPinnedBase(project.root),
    readSettingsLayers(project.root, project.packageJson.servicex),
  ])
  const facts = await readFacts(project, {
    description,
    nowSeconds: committedAtSeconds,
    ...(pinnedBase === undefined ? {} : { pinnedBase }),
  })
  return {
    severities: toSeverities(layers),
    exceptions: project.settings.exceptions ?? [],
    breaches: findBreaches(facts, RULES),
  }
}
