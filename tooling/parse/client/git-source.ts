import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { NOTHING_RUNS, readGitEnv } from '../git.ts'
import { SNAPSHOT_MAX_BYTES, SNAPSHOT_PATH, type SnapshotSource } from './snapshot-source.ts'
import { unreadable } from './unreadable.ts'

const run = promisify(execFile)
const TIMEOUT_MS = 60_000
const SOURCE = /^git\+((?:https|ssh|file):\/\/[^#\s]+?)(?:#([^:\s]*)(?::(.+))?)?$/
const SCP_LIKE = /^([\w.-]+@[\w.-]+:[^#\s]+?)(?:#([^:\s]*)(?::(.+))?)?$/

/** Only what a person named is fetched, and by no other way. */
const ALLOWED = [
  'allow=never',
  'https.allow=always',
  'ssh.allow=always',
  'file.allow=always',
].flatMap((setting) => ['-c', `protocol.${setting}`])

/**
 * A file of a git repository at a branch, a tag or a commit: `git+https://host/org/repo.git#main:api/contract.json`,
 * `git+ssh://…`, `git@host:org/repo.git#v2`. Nothing of the repository is checked out or run. Gives
 * nothing when the text is no such address.
 */
export function toGitSource(text: string): SnapshotSource | undefined {
  const [, address, ref = '', path = SNAPSHOT_PATH] = SOURCE.exec(text) ?? SCP_LIKE.exec(text) ?? []
  if (address === undefined) return undefined
  if (/^\w+:\/\/[^/@]*:[^/@]*@/.test(address))
    throw unreadable(
      'the git address',
      'it holds a password, which would be written to the contract file',
    )
  return { name: text, read: () => readFromGit({ address, ref: ref === '' ? 'HEAD' : ref, path }) }
}

interface GitPlace {
  readonly address: string
  readonly ref: string
  readonly path: string
}

async function readFromGit(place: GitPlace): Promise<{ text: string; revision: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'servicex-client-'))
  try {
    await git(folder, ['init', '--quiet', '--bare'])
    // One commit, and of its files only those that are asked for.
    await git(folder, [
      'fetch',
      '--quiet',
      '--depth=1',
      '--no-tags',
      '--end-of-options',
      place.address,
      place.ref,
    ])
    const revision = await git(folder, ['rev-parse', 'FETCH_HEAD'])
    const text = await git(folder, ['cat-file', 'blob', `FETCH_HEAD:${place.path}`])
    return { text, revision: revision.trim() }
  } catch (cause) {
    const said = ((cause as { stderr?: string }).stderr ?? '').trim().split('\n').at(-1)
    throw unreadable(
      `${place.address}#${place.ref}:${place.path}`,
      said === undefined || said === '' ? 'git failed' : said,
      {
        fix: 'check the address, the ref and the path of --from',
        cause,
      },
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function git(folder: string, words: readonly string[]): Promise<string> {
  const { stdout } = await run('git', [...NOTHING_RUNS, ...ALLOWED, ...words], {
    cwd: folder,
    env: readGitEnv(),
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    maxBuffer: SNAPSHOT_MAX_BYTES,
  })
  return stdout
}
