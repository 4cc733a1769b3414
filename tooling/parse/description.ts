import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Description, DescriptionReply } from '../../src/convention/description.ts'
import { ServicexError } from '../../src/convention/servicex-error.ts'

/** What reading a declaration needs besides its folder. */
export interface DescriptionOptions {
  /** The app's name where the declaration has none. */
  readonly packageName: string
  /** How long the declaration may take to be read. Default 10 000. */
  readonly timeoutMs?: number
}

/** Where a declaration may stand, the source before what is built of it. */
const FILES: readonly string[] = [
  'service.ts',
  'service.mts',
  'service.js',
  'service.mjs',
  'dist/service.js',
]

const TIMEOUT_MS = 10_000

/** All that such a process may do: read files. Source: Node's permission model. */
const PERMISSIONS = ['--permission', '--allow-fs-read=*'] as const

/** Gives the name of the file in `root` that declares the app; nothing when there is none. */
export function findDeclaration(root: string): string | undefined {
  return FILES.find((name) => existsSync(join(root, name)))
}

/**
 * Reads what `service.ts` of the app in `root` declares, in a child process that can do nothing but
 * read files and compute: it has no network, no children, no environment variables. An app
 * without the file has the description of an empty declaration.
 *
 * Rejects with SERVICEX_DESCRIPTION_FAILED when the file cannot be loaded, does work, or takes longer than
 * `timeoutMs`, and with SERVICEX_DECLARATION_INVALID when it breaks a rule.
 */
export async function readDescription(
  root: string,
  options: DescriptionOptions,
): Promise<Description> {
  const file = findDeclaration(root)
  const reply = await askChild(root, file, options)
  const name = file ?? 'the declaration'
  switch (reply.kind) {
    case 'description':
      return reply.description
    case 'invalid':
      throw new ServicexError('SERVICEX_DECLARATION_INVALID', {
        summary: `${name} has ${reply.problems.length} ${reply.problems.length === 1 ? 'problem' : 'problems'}`,
        details: reply.problems,
        fix: `correct these fields in ${name}`,
      })
    case 'no-declaration':
      throw failed(`${name} has no declaration`, {
        details: ['its default export is not what defineService() gives'],
        fix: `write \`export default defineService({ … })\` in ${name}`,
      })
    case 'threw':
      throw failed(`${name} could not be read: ${firstLine(reply.message)}`, {
        details: reply.place === undefined ? [] : [`at ${toRelative(root, reply.place)}`],
        fix: /^Cannot find (?:package|module)/.test(reply.message)
          ? 'install the packages'
          : `let ${name} only declare; what does work belongs in the entrypoint`,
      })
  }
}

/** Rejects when the child ends without an answer, or is late. */
async function askChild(
  root: string,
  file: string | undefined,
  { packageName, timeoutMs = TIMEOUT_MS }: DescriptionOptions,
): Promise<DescriptionReply> {
  const url = file === undefined ? [] : [pathToFileURL(join(root, file)).href]
  const args = [...PERMISSIONS, '--no-warnings', describePath(), packageName, ...url]
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { SERVICEX_DESCRIBE: '1' },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    windowsHide: true,
  })
  const [stderr, answer, signal] = await Promise.all([
    text(child.stderr as Readable),
    text(child.stdio[3] as Readable),
    new Promise<NodeJS.Signals | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (_code, by) => resolve(by))
    }),
  ])
  if (answer !== '') return JSON.parse(answer) as DescriptionReply
  const name = file ?? 'the declaration'
  throw signal === 'SIGKILL'
    ? failed(`${name} was not read within ${timeoutMs} ms`, {
        details: ['something in it, or in what it imports, waits or computes'],
        fix: `let ${name} only declare; what does work belongs in the entrypoint`,
      })
    : failed(`${name} ended the process that read it`, {
        details: stderr.trim().split('\n').slice(0, 5),
        fix: `remove process.exit() from ${name} and from what it imports`,
      })
}

/** The child's program: beside the runtime, built or not. */
function describePath(): string {
  const isSource = import.meta.url.endsWith('.ts')
  const path = isSource ? '../../src/describe/index.ts' : '../describe.js'
  return fileURLToPath(new URL(path, import.meta.url))
}

function failed(
  summary: string,
  { details, fix }: { readonly details: readonly string[]; readonly fix: string },
): ServicexError {
  return new ServicexError('SERVICEX_DESCRIPTION_FAILED', { summary, details, fix })
}

function firstLine(message: string): string {
  return message.split('\n').find((line) => line.trim() !== '') ?? message
}

function toRelative(root: string, place: string): string {
  return relative(root, place)
}
