import { readProject } from '../parse/project.ts'
import { operationNames } from '../plan/client/plan-client.ts'
import { EXIT } from '../report/exit-code.ts'
import { toPlainLine } from '../report/plain-text.ts'
import { readClients } from './client-folder.ts'
import type { CommandContext } from './command.ts'

/** The flags of `kube client list`. */
export interface ListFlags {
  readonly out: string
  readonly json?: boolean
}

/** `kube client list`: prints the clients of the project, and where each came from. */
export async function listClients(
  flags: ListFlags,
  { terminal, host, finish }: CommandContext,
): Promise<void> {
  const { root } = await readProject(host.cwd())
  const clients = (await readClients(root, flags.out)).map(({ service, snapshot, origin }) => ({
    service,
    version: snapshot['x-servicex'].version,
    operations: operationNames(snapshot),
    source: origin.source,
    revision: origin.revision,
  }))
  if (flags.json === true) terminal.stdout.write(`${JSON.stringify({ clients })}\n`)
  else
    for (const { service, operations, source, revision } of clients) {
      const at = revision === undefined ? '' : ` at ${revision.slice(0, 12)}`
      terminal.stdout.write(
        `${toPlainLine(`${service}  ${operations.length} operations from ${source}${at}: ${operations.join(', ')}`)}\n`,
      )
    }
  if (clients.length === 0 && flags.json !== true)
    terminal.stderr.write(
      'this project has no clients: kube client add <service> --from <source>\n',
    )
  finish(EXIT.done)
}
