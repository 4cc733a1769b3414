import { join } from 'node:path'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import type { Snapshot } from '../../src/convention/snapshot.ts'
import { readIfThere, validatorFiles } from '../apply/client/write-client.ts'
import { parseJson } from '../parse/client/read-clients.ts'
import { readProject } from '../parse/project.ts'
import { toCheckedSnapshot } from '../plan/client/check-snapshot.ts'
import { operationNames, planClient, toAddCommand } from '../plan/client/plan-client.ts'
import { diff } from '../plan/compatibility/diff.ts'
import type { Finding } from '../plan/compatibility/rule.ts'
import { toCompatibilityText } from '../report/compatibility.ts'
import { EXIT } from '../report/exit-code.ts'
import { toPlainLine } from '../report/plain-text.ts'
import { type PresentClient, readClients } from './client-folder.ts'
import { openSource, type SourcePlace, toDeployedSource } from './client-source.ts'
import type { CommandContext } from './command.ts'

/** The flags of `kube client check`. */
export interface CheckFlags {
  readonly out: string
  readonly offline?: boolean
  /** Check against what is deployed there, wherever the clients came from. */
  readonly env?: string
  readonly json?: boolean
}

/** What was found of one client. */
interface CheckedClient {
  readonly service: string
  readonly source: string
  /** Generated files that are not what the contract file gives. */
  readonly stale: readonly string[]
  /** Why the source could not be read. */
  readonly unreadable?: string
  /** The operations it uses, against what the source has now. */
  readonly findings: readonly Finding[]
  readonly compatible: boolean
}

/** `kube client check`: exits 1 when a generated file was changed, or a service no longer gives what its client expects. */
export async function checkClients(
  services: readonly string[],
  flags: CheckFlags,
  { terminal, host, finish }: CommandContext,
): Promise<void> {
  const project = await readProject(host.cwd())
  const { root } = project
  const place = { host, project, cwd: root }
  const all = await readClients(root, flags.out)
  assertKnown(services, all, flags.out)
  const wanted =
    services.length === 0 ? all : all.filter(({ service }) => services.includes(service))
  const checked = await Promise.all(wanted.map((client) => checkClient(client, place, flags)))
  const isFine = checked.every(
    (each) => each.compatible && each.stale.length === 0 && each.unreadable === undefined,
  )
  if (flags.json === true)
    terminal.stdout.write(`${JSON.stringify({ ok: isFine, clients: checked })}\n`)
  else
    for (const [index, each] of checked.entries())
      terminal.stdout.write(toText(each, wanted[index]))
  if (wanted.length === 0) terminal.stderr.write(`there are no clients in ${flags.out}\n`)
  finish(isFine ? EXIT.done : EXIT.failed)
}

function assertKnown(
  services: readonly string[],
  clients: readonly PresentClient[],
  folder: string,
): void {
  const unknown = services.filter((name) => !clients.some(({ service }) => service === name))
  if (unknown.length === 0) return
  throw new ServicexError('SERVICEX_USAGE', {
    summary: `there is no client of ${unknown.join(', ')} in ${folder}`,
    fix: 'kube client list',
  })
}

async function checkClient(
  client: PresentClient,
  place: SourcePlace,
  flags: CheckFlags,
): Promise<CheckedClient> {
  const { service, snapshot, origin } = client
  const { project } = place
  const stale = await findStale(client, join(project.root, flags.out))
  const { namespace } = snapshot['x-servicex'].service
  const source =
    flags.env === undefined
      ? origin.source
      : toDeployedSource(flags.env, { service: namespace, project })
  const base = { service, source, stale }
  if (flags.offline === true) return { ...base, findings: [], compatible: true }
  try {
    const now = await readSource(source, place)
    const findings = diff(snapshot, now, operationNames(snapshot))
    return {
      ...base,
      findings,
      compatible: findings.every(({ severity }) => severity !== 'breaking'),
    }
  } catch (error) {
    if (!ServicexError.is(error)) throw error
    return { ...base, findings: [], compatible: true, unreadable: error.message }
  }
}

async function readSource(source: string, place: SourcePlace): Promise<Snapshot> {
  const opened = openSource(source, place)
  const { text } = await opened.read()
  return toCheckedSnapshot(parseJson(text, opened.name), opened.name)
}

async function findStale(client: PresentClient, folder: string): Promise<readonly string[]> {
  const files = planClient(client)
  const different = await Promise.all(
    files.map(async ({ path, text }) =>
      (await readIfThere(join(folder, path))) === text ? [] : [path],
    ),
  )
  const planned = new Set(files.map(({ path }) => path))
  const surplus = await validatorFiles(folder, client.service)
  return [...different.flat(), ...surplus.filter((path) => !planned.has(path))]
}

function toText(checked: CheckedClient, client: PresentClient | undefined): string {
  const { service, stale, unreadable, findings } = checked
  const again = client === undefined ? '' : toAddCommand(service, client.origin)
  const lines = [
    ...stale.map(
      (path) => `  CHANGED  ${path}\n           it is not what its contract file gives\n`,
    ),
    ...(stale.length === 0 ? [] : [`           fix: ${again}\n`]),
    ...(unreadable === undefined ? [] : [`  ${unreadable}\n`]),
  ]
  const compared = toCompatibilityText({
    service,
    before: client?.origin.revision?.slice(0, 12) ?? 'its contract file',
    after: toPlainLine(checked.source),
    findings,
  })
  return (unreadable === undefined ? compared : `${service}:\n`) + lines.join('')
}
