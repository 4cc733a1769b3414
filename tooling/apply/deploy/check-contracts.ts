// The gate between services: a new provider against what deployed callers use, a new caller against
// what deployed providers serve. The cluster is the record of who is deployed; only used operations count.

import type { Description } from '../../../src/convention/description.ts'
import { operationsOf } from '../../../src/convention/service-plan.ts'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { Snapshot } from '../../../src/convention/snapshot.ts'
import { toCheckedSnapshot } from '../../plan/client/check-snapshot.ts'
import type { ConsumedService } from '../../plan/deploy/commit-record.ts'
import type { Finding } from '../../plan/compatibility/rule.ts'
import { contractsCompatible } from '../../plan/rules/contracts-compatible.ts'
import type { FoundBreach } from '../../plan/rules/rule.ts'
import { readCallerRecords, readContractRecord } from './contract-records.ts'
import type { DeployContext } from './deploy-context.ts'
import { type RecordMap, toRecordedOperations, toRecordedSnapshot } from './record-maps.ts'

/** What the gate found. */
export interface ContractFindings {
  readonly breaches: readonly FoundBreach[]
  /** Changes that may harm somebody, and what could not be judged, with the reason. */
  readonly warnings: readonly string[]
}

/** What is about to be deployed. */
export interface NewApp {
  readonly description: Description
  readonly clients: readonly ConsumedService[]
}

/** Judges an app against those that are deployed. What may not be read is a warning that says what was not judged. */
export async function checkContracts(
  context: DeployContext,
  app: NewApp,
): Promise<ContractFindings> {
  const clients = app.clients.filter(({ service }) => service !== app.description.name)
  const parts = await Promise.all([
    checkCallers(context, app.description),
    ...clients.map((client) => checkProvider(context, client)),
  ])
  return {
    breaches: parts.flatMap(({ breaches }) => breaches),
    warnings: parts.flatMap(({ warnings }) => warnings),
  }
}

const NOTHING: ContractFindings = { breaches: [], warnings: [] }

async function checkCallers(
  { client, environment, app }: DeployContext,
  { name, contract }: Description,
): Promise<ContractFindings> {
  const own = await readContractRecord(client, app)
  const served = own.kind === 'read' ? own.value : undefined
  // It has none and had none: nobody can rely on it.
  if (contract === undefined && served === undefined) return NOTHING
  const listed = await readCallerRecords(client, name)
  if (listed.kind === 'forbidden')
    return warn(
      `contracts-compatible  the callers of ${name} in ${environment} were not judged: these credentials may not list ConfigMaps of all namespaces`,
    )
  const callers = listed.value.filter(({ metadata }) => metadata.namespace !== app)
  const after = contract === undefined ? undefined : toCheckedSnapshot(contract, 'service.ts')
  return join(
    await Promise.all(callers.map((caller) => judgeCaller(name, { caller, served, after }))),
  )
}

interface CallerCase {
  readonly caller: RecordMap
  /** What is served until now. */
  readonly served: RecordMap | undefined
  readonly after: Snapshot | undefined
}

async function judgeCaller(
  service: string,
  { caller, served, after }: CallerCase,
): Promise<ContractFindings> {
  const who = caller.metadata.namespace ?? ''
  const recorded = toReadableSnapshot(caller)
  if (recorded.kind === 'unreadable')
    return warn(`contracts-compatible  ${who} was not judged: ${recorded.reason}`)
  const operations = toRecordedOperations(caller)
  if (after === undefined) return { ...NOTHING, breaches: [lost(who, service, operations)] }
  const before =
    recorded.snapshot ?? (served === undefined ? undefined : toSnapshotOrNothing(served))
  if (before === undefined) return NOTHING
  const { diff } = await import('../../plan/compatibility/diff.ts')
  return toFindings(diff(before, after, operations), (finding) => ({
    place: toPlace(who, finding),
    what: `${who} calls ${toTarget(service, finding)}: ${toChange(finding)}`,
    fix: finding.fix,
  }))
}

function lost(
  who: string,
  service: string,
  operations: readonly string[] | undefined,
): FoundBreach {
  const named = operations === undefined ? '' : `: ${operations.join(', ')}`
  return {
    rule: contractsCompatible.id,
    path: who,
    what: `${who} calls ${service}${named}, and ${service} serves no contract any more`,
    fix: 'serve the contract until no deployed caller uses it',
  }
}

async function checkProvider(
  { client: cluster, environment }: DeployContext,
  { service, namespace, operations, snapshot }: ConsumedService,
): Promise<ContractFindings> {
  // A name alone, as network policies need it, expects nothing.
  if (snapshot === undefined && operations === undefined) return NOTHING
  const record = await readContractRecord(cluster, namespace)
  const unjudged = (reason: string): ContractFindings =>
    warn(`contracts-compatible  the calls to ${service} were not judged: ${reason}`)
  if (record.kind === 'forbidden')
    return unjudged(`these credentials may not read ConfigMaps of the namespace ${namespace}`)
  if (record.value === undefined)
    return unjudged(`no contract of ${service} is recorded in ${environment}`)
  const deployed = toReadableSnapshot(record.value)
  if (deployed.kind === 'unreadable') return unjudged(deployed.reason)
  if (deployed.snapshot === undefined)
    return unjudged(`its ConfigMap in ${environment} holds no contract`)
  const before = snapshot ?? deployed.snapshot
  const there = new Set(
    operationsOf(deployed.snapshot).map(({ operation }) => operation.operationId),
  )
  const { diff } = await import('../../plan/compatibility/diff.ts')
  const undeclared =
    snapshot !== undefined ? [] : (operations ?? []).filter((one) => !there.has(one))
  const found = toFindings(diff(before, deployed.snapshot, operations), (finding) => ({
    place: toPlace(service, finding),
    what: `it calls ${toTarget(service, finding)}, and in ${environment} ${toChange(finding)}`,
    fix: `deploy ${service} with it first, or make the client of what runs: kube client add ${service} --env ${environment}`,
  }))
  return join([found, { ...NOTHING, breaches: undeclared.map((one) => absent(service, one)) }])
}

function absent(service: string, operation: string): FoundBreach {
  return {
    rule: contractsCompatible.id,
    path: `${service}/${operation}`,
    what: `it calls ${service}.${operation}, and what is deployed of ${service} has no such operation`,
    fix: `deploy ${service} with it first`,
  }
}

interface Words {
  readonly place: string
  readonly what: string
  readonly fix: string
}

function toFindings(
  findings: readonly Finding[],
  say: (finding: Finding) => Words,
): ContractFindings {
  const of = (wanted: Finding['severity']): readonly Words[] =>
    findings.filter(({ severity }) => severity === wanted).map(say)
  return {
    breaches: of('breaking').map(({ place, what, fix }) => ({
      rule: contractsCompatible.id,
      path: place,
      what,
      fix,
    })),
    warnings: of('warning').map(({ what }) => `contracts-compatible  ${what}`),
  }
}

/** What an exception's `path` names: the other service, and the operation. */
function toPlace(service: string, { operation }: Finding): string {
  return operation === undefined ? service : `${service}/${operation}`
}

function toTarget(service: string, { operation }: Finding): string {
  return operation === undefined ? service : `${service}.${operation}`
}

function toChange({ at, sentence, detail, rule }: Finding): string {
  const place = at === '' ? '' : `, ${at}`
  return `${sentence}${detail === '' ? '' : `: ${detail}`} (${rule}${place})`
}

type ReadSnapshot =
  | { readonly kind: 'read'; readonly snapshot: Snapshot | undefined }
  | { readonly kind: 'unreadable'; readonly reason: string }

/** Others write these ConfigMaps: one that is none must not stop a deploy, and must be told of. */
function toReadableSnapshot(map: RecordMap): ReadSnapshot {
  try {
    return { kind: 'read', snapshot: toRecordedSnapshot(map) }
  } catch (error) {
    if (!ServicexError.is(error)) throw error
    return {
      kind: 'unreadable',
      reason: `its ConfigMap holds no snapshot: ${error.details[0] ?? ''}`,
    }
  }
}

function toSnapshotOrNothing(map: RecordMap): Snapshot | undefined {
  const read = toReadableSnapshot(map)
  return read.kind === 'read' ? read.snapshot : undefined
}

function warn(text: string): ContractFindings {
  return { breaches: [], warnings: [text] }
}

function join(parts: readonly ContractFindings[]): ContractFindings {
  return {
    breaches: parts.flatMap(({ breaches }) => breaches),
    warnings: parts.flatMap(({ warnings }) => warnings),
  }
}
