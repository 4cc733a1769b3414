import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { isName } from '../../src/convention/names.ts'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import type { Snapshot } from '../../src/convention/snapshot.ts'
import { openMock } from '../apply/client/open-mock.ts'
import { parseJson } from '../parse/client/read-clients.ts'
import { unreadable } from '../parse/client/unreadable.ts'
import { readProject } from '../parse/project.ts'
import { toCheckedSnapshot } from '../plan/client/check-snapshot.ts'
import { operationNames } from '../plan/client/plan-client.ts'
import { toUrlVariable } from '../../src/convention/env-names.ts'
import { EXIT } from '../report/exit-code.ts'
import { toPlainLine } from '../report/plain-text.ts'
import type { Host } from '../report/terminal.ts'
import { type PresentClient, readClients } from './client-folder.ts'
import { openSource } from './client-source.ts'
import type { CommandContext } from './command.ts'

/** The flags of `kube client mock`. */
export interface MockFlags {
  readonly port?: number
  readonly out: string
  readonly json?: boolean
}

/** `kube client mock <service>`: serves examples on the loopback, until SIGINT or SIGTERM. */
export async function mockClient(
  word: string,
  { port = 0, out, json }: MockFlags,
  { terminal, host, finish }: CommandContext,
): Promise<void> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new ServicexError('SERVICEX_USAGE', {
      summary: '--port is no port',
      fix: 'give a number from 0 to 65535',
    })
  const snapshot = await findSnapshot(word, host, out)
  const service = snapshot['x-servicex'].service.name
  const mock = await openMock(snapshot, {
    port,
    onReply: ({ method, target }, { operation, status }) => {
      terminal.stderr.write(`${toPlainLine(`${status} ${method} ${target}  ${operation ?? ''}`)}\n`)
    },
  })
  const variable = toUrlVariable(service)
  terminal.stdout.write(
    json === true
      ? `${JSON.stringify({ service, url: mock.url, variable })}\n`
      : `${variable}=${mock.url}\n`,
  )
  terminal.stderr.write(
    `${service} answers with examples of ${operationNames(snapshot).length} operations; header x-mock-error: <code> asks for an error\n`,
  )
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  await mock.close()
  finish(EXIT.done)
}

async function findSnapshot(word: string, host: Host, out: string): Promise<Snapshot> {
  const project = await readProject(host.cwd())
  const clients = await readClients(project.root, out)
  const known = clients.find(({ service }) => service === word)
  if (known !== undefined) return known.snapshot
  if (isName(word) && !existsSync(resolve(host.cwd(), word))) throw missing(word, clients)
  const source = openSource(word, { host, project, cwd: host.cwd() })
  const { text } = await source.read()
  return toCheckedSnapshot(parseJson(text, source.name), source.name)
}

function missing(word: string, clients: readonly PresentClient[]): ServicexError {
  const names = clients.map(({ service }) => service).join(', ')
  const known = names === '' ? 'has no clients yet' : `has clients of ${names}`
  return unreadable(word, 'there is no such file', {
    fix: `name a client of this project, which ${known}, or a file or an address of a snapshot`,
  })
}
