import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { NOTHING_RUNS, readGitEnv } from './git.ts'

/** One file of a commit. */
export interface GitFile {
  readonly kind: 'file' | 'executable' | 'link' | 'submodule'
  /** Relative to the folder that was read. */
  readonly path: string
  /** The name of its object. */
  readonly id: string
  readonly sizeBytes: number
}

/** Reads objects of a repository; must be closed. */
export interface GitObjects {
  /** Gives the bytes of an object as they were committed: no filter and no line-ending rule changes them. */
  readonly read: (id: string) => Promise<Buffer>
  readonly close: () => void
}

const KINDS: Readonly<Record<string, GitFile['kind']>> = {
  '100644': 'file',
  '100664': 'file',
  '100755': 'executable',
  '120000': 'link',
  '160000': 'submodule',
}

/** Lists the files of a commit at and below a folder (the top: the empty text), in git's order. */
export async function readCommitFiles(
  repository: string,
  revision: string,
  folder: string,
): Promise<readonly GitFile[]> {
  const tree = folder === '' ? revision : `${revision}:${folder}`
  const child = openGitProcess(repository, ['ls-tree', '-r', '-l', '-z', '--full-tree', tree])
  child.stdin.end()
  const chunks: Buffer[] = []
  for await (const chunk of child.stdout) chunks.push(chunk as Buffer)
  const [exitCode] = child.exitCode === null ? ((await once(child, 'close')) as [number]) : [0]
  if (exitCode !== 0) throw cannotRead(repository, `git ls-tree exited ${exitCode}`)
  return Buffer.concat(chunks).toString('utf8').split('\0').filter(Boolean).map(toGitFile)
}

/** Opens one git that gives objects by name, until it is closed. */
export function openGitObjects(repository: string): GitObjects {
  const child = openGitProcess(repository, ['cat-file', '--batch'])
  const waiting: Waiting[] = []
  const parser = openBatchParser(waiting)
  child.stdout.on('data', parser)
  const fail = (cause: unknown): void => {
    const error = cannotRead(repository, 'git cat-file ended', cause)
    for (const { reject } of waiting.splice(0)) reject(error)
  }
  child.once('error', fail)
  child.once('close', fail)
  child.stdin.on('error', fail)
  return {
    read: (id) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject, id })
        child.stdin.write(`${id}\n`)
      }),
    close: () => {
      child.off('close', fail)
      child.stdin.end()
    },
  }
}

interface Waiting {
  readonly id: string
  readonly resolve: (bytes: Buffer) => void
  readonly reject: (error: Error) => void
}

/** Takes git's answers apart: a line `<id> <type> <bytes>`, that many bytes, and a line's end. */
function openBatchParser(waiting: Waiting[]): (chunk: Buffer) => void {
  let parts: Buffer[] = []
  let heldBytes = 0
  let neededBytes = 0
  return (chunk) => {
    parts.push(chunk)
    heldBytes += chunk.length
    if (heldBytes < neededBytes) return
    let held = parts.length === 1 ? chunk : Buffer.concat(parts)
    for (;;) {
      const lineEnd = held.indexOf(0x0a)
      if (lineEnd === -1) break
      const header = held.toString('latin1', 0, lineEnd)
      const size = /^[0-9a-f]+ \w+ (\d+)$/.exec(header)?.[1]
      if (size === undefined) {
        waiting.shift()?.reject(new Error(`git cat-file: ${header}`))
        held = held.subarray(lineEnd + 1)
        continue
      }
      const end = lineEnd + 1 + Number(size)
      neededBytes = end + 1
      if (held.length < neededBytes) break
      waiting.shift()?.resolve(held.subarray(lineEnd + 1, end))
      held = held.subarray(end + 1)
      neededBytes = 0
    }
    parts = held.length === 0 ? [] : [held]
    heldBytes = held.length
  }
}

function toGitFile(line: string): GitFile {
  const match = /^(\d{6}) (?:blob|commit) ([0-9a-f]+) +(\d+|-)\t(.+)$/s.exec(line)
  const [, mode = '', id = '', size = '0', path = ''] = match ?? []
  const kind = KINDS[mode]
  if (kind === undefined) throw new Error(`git ls-tree printed ${JSON.stringify(line)}`)
  return { kind, path, id, sizeBytes: size === '-' ? 0 : Number(size) }
}

function openGitProcess(
  repository: string,
  words: readonly string[],
): ChildProcessByStdio<Writable, Readable, null> {
  return spawn('git', [...NOTHING_RUNS, ...words], {
    cwd: repository,
    env: readGitEnv(),
    stdio: ['pipe', 'pipe', 'ignore'],
  })
}

function cannotRead(repository: string, what: string, cause?: unknown): ServicexError {
  return new ServicexError('SERVICEX_GIT', {
    summary: `the files of the commit cannot be read from ${repository}: ${what}`,
    fix: 'git fsck; in a partial or shallow clone, fetch the commit whole',
    ...(cause === undefined ? {} : { cause }),
  })
}
