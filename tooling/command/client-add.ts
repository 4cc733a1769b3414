import { join } from 'node:path'
import { isName } from '../../src/convention/names.ts'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { addClientsImport } from '../apply/client/add-import.ts'
import { writeClient } from '../apply/client/write-client.ts'
import { parseJson } from '../parse/client/read-clients.ts'
import type { SnapshotSource } from '../parse/client/snapshot-source.ts'
import { type Project, readProject } from '../parse/project.ts'
import { toCheckedSnapshot } from '../plan/client/check-snapshot.ts'
import { type ClientOrigin, operationNames, planClient } from '../plan/client/plan-client.ts'
import { toVariable } from '../plan/client/type-names.ts'
import { EXIT } from '../report/exit-code.ts'
import { toPlainLine } from '../report/plain-text.ts'
import type { Host } from '../report/terminal.ts'
import { type PresentClient, readClients } from './client-folder.ts'
import { openSource, type SourceFlags, toDeployedSource, toNamedSource } from './client-source.ts'
import type { CommandContext } from './command.ts'

/** The flags of `kube client add`. */
export interface AddFlags extends SourceFlags {
  readonly ops?: readonly string[]
  readonly out: string
  readonly json?: boolean
}

/** `kube client add <service>`: reads a snapshot and writes its client. */
export async function addClient(
  word: string,
  flags: AddFlags,
  { terminal, host, finish }: CommandContext,
): Promise<void> {
  const project = await readProject(host.cwd())
  const known = isName(word)
    ? (await readClients(project.root, flags.out)).find(({ service }) => service === word)
    : undefined
  const source = findSource(word, flags, { project, host, known })
  const { text, revision } = await source.read()
  const snapshot = toCheckedSnapshot(parseJson(text, source.name), source.name)
  const service = snapshot['x-servicex'].service.name
  assertService(word, service, source)
  const operations = toOperations(flags.ops, known)
  const origin: ClientOrigin = {
    source: source.name,
    ...(revision === undefined ? {} : { revision }),
    ...(operations === undefined ? {} : { operations }),
  }
  const files = planClient({ snapshot, origin })
  const written = await writeClient(join(project.root, flags.out), service, files)
  const isImportAdded = await addClientsImport(join(project.root, 'package.json'), flags.out)
  const used = operations ?? operationNames(snapshot)
  if (flags.json === true)
    terminal.stdout.write(
      `${JSON.stringify({ service, ...origin, operations: used, folder: flags.out, ...written })}\n`,
    )
  else {
    for (const path of written.written) terminal.stderr.write(`wrote ${flags.out}/${path}\n`)
    for (const path of written.removed) terminal.stderr.write(`removed ${flags.out}/${path}\n`)
    if (isImportAdded) terminal.stderr.write('added #clients/* to the imports of package.json\n')
    terminal.stdout.write(
      toSummary(service, used.length, { revision, source, changed: written.written.length }),
    )
  }
  finish(EXIT.done)
}

interface AddPlace {
  readonly project: Project
  readonly host: Host
  readonly known: PresentClient | undefined
}

/** What is named, else where it was read the last time, else what runs in production. */
function findSource(
  word: string,
  flags: AddFlags,
  { project, host, known }: AddPlace,
): SnapshotSource {
  const here = { host, project, cwd: host.cwd() }
  const named = toNamedSource(flags, { service: word, project })
  if (named !== undefined) return openSource(named, here)
  if (!isName(word)) return openSource(word, here)
  if (known !== undefined && known.origin.source !== '')
    // Paths in contract files begin at the project's root.
    return openSource(known.origin.source, { ...here, cwd: project.root })
  if (project.settings.environments?.['production'] !== undefined)
    return openSource(toDeployedSource('production', { service: word, project }), here)
  throw new ServicexError('SERVICEX_USAGE', {
    summary: `this project has no client of ${word} yet, and nothing says where its snapshot is`,
    fix: `kube client add ${word} --from <file, git+https://…, https://…, npm:package>, --image <image> or --env <environment>`,
  })
}

function assertService(word: string, service: string, source: SnapshotSource): void {
  if (!isName(word) || word === service) return
  throw new ServicexError('SERVICEX_USAGE', {
    summary: `${source.name} is the snapshot of ${service}, not of ${word}`,
    fix: `kube client add ${service}, or name another source`,
  })
}

/** A client that is made again keeps its operations. */
function toOperations(
  given: readonly string[] | undefined,
  known: PresentClient | undefined,
): readonly string[] | undefined {
  if (given?.length === 1 && given[0] === 'all') return undefined
  return given === undefined ? known?.origin.operations : [...new Set(given)].toSorted()
}

function toSummary(
  service: string,
  count: number,
  {
    revision,
    source,
    changed,
  }: { revision: string | undefined; source: SnapshotSource; changed: number },
): string {
  const at = revision === undefined ? '' : ` at ${revision.slice(0, 12)}`
  const state =
    changed === 0
      ? 'nothing changed'
      : `import { ${toVariable(service)} } from '#clients/${service}'`
  return (
    toPlainLine(
      `${service}: ${count} ${count === 1 ? 'operation' : 'operations'} from ${source.name}${at}; ${state}`,
    ) + '\n'
  )
}
