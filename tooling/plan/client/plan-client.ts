import { operationsOf } from '../../../src/convention/service-plan.ts'
import type { Snapshot } from '../../../src/convention/snapshot.ts'
import { pickOperations } from './pick-operations.ts'
import { type GeneratedFile, renderModules } from './render-module.ts'
import { renderTypes } from './render-types.ts'

/** Where the snapshot of a client came from; it stands in the client's contract file. */
export interface ClientOrigin {
  /** As it was given: a path, an address, a package. */
  readonly source: string
  /** The commit or the version it was read at, where the source has one. */
  readonly revision?: string
  /** The operations that were picked, sorted; absent for all. */
  readonly operations?: readonly string[]
}

/** The contract file of a client: the snapshot it was generated from, and where that came from. */
export interface ClientContract extends Snapshot {
  readonly 'x-servicex-client': ClientOrigin
}

/** What is asked of a client. */
export interface ClientRequest {
  readonly snapshot: Snapshot
  readonly origin: ClientOrigin
}

/**
 * Plans the files of a client: `<service>.contract.json`, `<service>.js`, `<service>.d.ts`. The same
 * snapshot and origin give the same bytes. Throws SERVICEX_USAGE for an operation that is none.
 */
export function planClient({ snapshot, origin }: ClientRequest): readonly GeneratedFile[] {
  const picked = pickOperations(snapshot, origin.operations)
  const service = picked['x-servicex'].service.name
  const banner = toBanner(service, origin)
  const contract: ClientContract = { ...picked, 'x-servicex-client': origin }
  return [
    { path: `${service}.contract.json`, text: `${JSON.stringify(contract, undefined, 2)}\n` },
    { path: `${service}.d.ts`, text: renderTypes(picked, banner) },
    ...renderModules(picked, service, banner),
  ]
}

/** Gives the names of the operations a client has. */
export function operationNames(snapshot: Snapshot): readonly string[] {
  return operationsOf(snapshot).map(({ operation }) => operation.operationId)
}

/** Gives the command that makes the same client again. */
export function toAddCommand(service: string, { source, operations }: ClientOrigin): string {
  const picked = operations === undefined ? '' : ` --ops ${operations.join(',')}`
  const given = /^[\w@%+=:,./#~^-]+$/.test(source)
    ? source
    : `'${source.replaceAll("'", String.raw`'\''`)}'`
  return `npx kube client add ${service} --from ${given}${picked}`
}

function toBanner(service: string, origin: ClientOrigin): string {
  const command = toAddCommand(service, origin).replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')
  return `/* eslint-disable */
// The client of ${service}, generated: do not edit. To make it again:\n//   ${command}\n\n`
}
