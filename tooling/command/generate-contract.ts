import { stat } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import type { Snapshot } from '../../src/convention/snapshot.ts'
import { readIfThere, writeWhole } from '../apply/client/write-client.ts'
import { readDescription } from '../parse/description.ts'
import { parseJson } from '../parse/client/read-clients.ts'
import { SNAPSHOT_PATH } from '../parse/client/snapshot-source.ts'
import { readProject } from '../parse/project.ts'
import { toCheckedSnapshot } from '../plan/client/check-snapshot.ts'
import { operationNames } from '../plan/client/plan-client.ts'
import { diff } from '../plan/compatibility/diff.ts'
import type { Finding } from '../plan/compatibility/rule.ts'
import { toCompatibilityText } from '../report/compatibility.ts'
import { EXIT } from '../report/exit-code.ts'
import type { CommandContext } from './command.ts'

/** The options of `kube generate` that a contract takes. */
export interface ContractFlags {
  /** The file, or a folder for it; `-` for standard output. */
  readonly out?: string
  /** Writes nothing: says whether the file is what it would be. */
  readonly check?: boolean
  readonly force?: boolean
  readonly json?: boolean
}

const STANDARD_OUTPUT = '-'

/**
 * `kube generate contract`: writes the snapshot of what the app serves, of which other apps make their
 * clients, and says what the change means for callers. The same declaration gives the same bytes.
 *
 * Rejects with SERVICEX_USAGE when the app serves no contract, and with SERVICEX_FILE_EXISTS when the file
 * is no snapshot.
 */
export async function generateContract(
  flags: ContractFlags,
  { terminal, host, finish }: CommandContext,
): Promise<void> {
  const project = await readProject(host.cwd())
  const snapshot = await readServed(project.root, project.name)
  const text = `${JSON.stringify(snapshot, undefined, 2)}\n`
  if (flags.out === STANDARD_OUTPUT) {
    terminal.stdout.write(text)
    return finish(EXIT.done)
  }
  const path = await toFile(host.cwd(), flags.out ?? join(project.root, SNAPSHOT_PATH))
  const shown = relative(host.cwd(), path)
  const before = await readIfThere(path)
  const old = before === undefined ? undefined : toOld(before, shown, flags.force === true)
  const isChanged = before !== text
  const findings = old === undefined ? [] : diff(old, snapshot)
  if (isChanged && flags.check !== true) await writeWhole(path, text)
  const { name: service } = snapshot['x-servicex'].service
  if (flags.json === true) {
    const operations = operationNames(snapshot)
    const told = { service, path: shown, isChanged, operations, findings }
    terminal.stdout.write(`${JSON.stringify(told)}\n`)
  } else {
    terminal.stdout.write(`${shown}\n`)
    terminal.stderr.write(toText({ service, shown, isChanged, findings, isNew: old === undefined }))
  }
  if (isChanged && flags.check === true && flags.json !== true)
    terminal.stderr.write(`${shown} is not what the app serves\n  fix: ${toCommand(flags)}\n`)
  finish(isChanged && flags.check === true ? EXIT.failed : EXIT.done)
}

function toCommand({ out }: ContractFlags): string {
  return `kube generate contract${out === undefined ? '' : ` --out ${out}`}`
}

async function readServed(root: string, packageName: string): Promise<Snapshot> {
  const { contract } = await readDescription(root, { packageName })
  if (contract !== undefined) return contract as Snapshot
  throw new ServicexError('SERVICEX_USAGE', {
    summary: 'kube generate contract: service.ts says of no contract that the app serves it',
    fix: 'write `serves: <the contract>` in defineService()',
  })
}

async function toFile(cwd: string, out: string): Promise<string> {
  const path = resolve(cwd, out)
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  return isFolder ? join(path, SNAPSHOT_PATH) : path
}

/** Throws when the file is something else: a slip of the keyboard must not replace it. */
function toOld(text: string, shown: string, isForced: boolean): Snapshot | undefined {
  try {
    return toCheckedSnapshot(parseJson(text, shown), shown)
  } catch (cause) {
    if (isForced) return undefined
    throw new ServicexError('SERVICEX_FILE_EXISTS', {
      summary: `${shown} is there already, and is no snapshot`,
      fix: 'name another file with --out, or give --force to replace it',
      cause,
    })
  }
}

function toText(written: {
  readonly service: string
  readonly shown: string
  readonly isChanged: boolean
  readonly isNew: boolean
  readonly findings: readonly Finding[]
}): string {
  const { service, shown, isChanged, isNew, findings } = written
  if (isNew) return `${service}: commit it; others call \`kube client add ${service}\`\n`
  if (!isChanged) return `${service}: nothing changed\n`
  return toCompatibilityText({ service, before: shown, after: 'service.ts', findings })
}
