import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ServicexError } from '../../src/convention/servicex-error.ts'

/** One commit, and the state of the working tree it is checked out in. */
export interface Commit {
  /** The full hash, 40 (SHA-1) or 64 (SHA-256) hexadecimal digits. */
  readonly revision: string
  /** Seconds since 1970. */
  readonly committedAtSeconds: number
  /** Absent on a detached HEAD. */
  readonly branch?: string
  /** Of `origin`, without a password. */
  readonly remoteUrl?: string
  /** What differs from the commit HEAD points to, relative to the repository; ignored files are left out. */
  readonly dirtyFiles: readonly string[]
}

const run = promisify(execFile)

/** The most that one call of git may print, bytes. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024

/** The variables by which a caller's git (a hook, say) would point ours to another repository. */
const PLACE_VARIABLES = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_COMMON_DIR',
  'GIT_NAMESPACE',
  'GIT_PREFIX',
]

/** What is said to every git, so that no setting of a repository makes it run programs. */
export const NOTHING_RUNS: readonly string[] = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.pager=cat',
  'core.untrackedCache=false',
  'core.quotePath=false',
  'diff.external=',
  'log.showSignature=false',
  'protocol.ext.allow=never',
  'submodule.recurse=false',
].flatMap((setting) => ['-c', setting])

/**
 * Reads the commit that `ref` names in the repository of `root`.
 *
 * Rejects with SERVICEX_GIT when there is no repository, no such commit, or no git.
 */
export async function readCommit(root: string, ref = 'HEAD'): Promise<Commit> {
  const git = await openGit(root)
  const revision = await resolveRef(git, root, ref)
  const [committedAt, status, branch, remote] = await Promise.all([
    git(['show', '--no-patch', '--format=%ct', revision]),
    git(['status', '--porcelain=v1', '-z', '--untracked-files=all', '--no-renames']),
    git(['symbolic-ref', '--quiet', '--short', 'HEAD']).catch(() => ''),
    git(['config', '--get', 'remote.origin.url']).catch(() => ''),
  ])
  return {
    revision,
    committedAtSeconds: Number(committedAt.trim()),
    dirtyFiles: status
      .split('\0')
      .map((entry) => entry.slice(3))
      .filter((path) => path !== ''),
    ...(branch.trim() === '' ? {} : { branch: branch.trim() }),
    ...(remote.trim() === '' ? {} : { remoteUrl: withoutPassword(remote.trim()) }),
  }
}

/** Gives the full hash of the commit that `ref` names. Rejects with SERVICEX_GIT when it names none. */
export async function readRevision(root: string, ref: string): Promise<string> {
  return resolveRef(await openGit(root), root, ref)
}

async function resolveRef(git: Git, root: string, ref: string): Promise<string> {
  try {
    // With `--end-of-options` a ref that begins with a dash is no option.
    const words = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]
    return (await git(words)).trim()
  } catch (cause) {
    throw new ServicexError('SERVICEX_GIT', {
      summary: `${JSON.stringify(ref)} is no commit of the repository ${root}`,
      fix: ref === 'HEAD' ? 'commit something first' : 'git fetch, then name a commit or a branch',
      cause,
    })
  }
}

/** Gives the branch that a clone checks out: that of `origin`, else the one that is checked out, else `main`. */
export async function readDefaultBranch(root: string): Promise<string> {
  const git = await openGit(root)
  for (const ref of ['refs/remotes/origin/HEAD', 'HEAD']) {
    const name = await git(['symbolic-ref', '--quiet', '--short', ref]).catch(() => '')
    if (name.trim() !== '') return name.trim().replace(/^origin\//, '')
  }
  return 'main'
}

/** Gives the top folder of the repository that holds `folder`, or `undefined` where there is none. */
export async function readRepository(folder: string): Promise<string | undefined> {
  try {
    return (await runGit(folder, ['rev-parse', '--show-toplevel'])).trim()
  } catch (error) {
    if (isMissingGit(error)) throw toGitError(folder, error)
    return undefined
  }
}

/** Runs git in a folder and resolves with what it printed; rejects when it exits with another code than 0. */
export type Git = (words: readonly string[]) => Promise<string>

/**
 * Gives a git that reads the repository of `root` and runs nothing that the repository itself brings:
 * no hooks, no file system monitor, no filters, no external diffs. Rejects with SERVICEX_GIT where it cannot read.
 */
export async function openGit(root: string): Promise<Git> {
  try {
    const filters = await readLocalFilters(root)
    const off = filters.flatMap((name) =>
      ['clean=', 'smudge=', 'process=', 'required=false'].flatMap((rest) => [
        '-c',
        `filter.${name}.${rest}`,
      ]),
    )
    return (words) => runGit(root, [...off, ...words])
  } catch (error) {
    throw toGitError(root, error)
  }
}

/** Gives the names of the filters in the repository's own configuration: each is a program to run. */
async function readLocalFilters(root: string): Promise<readonly string[]> {
  await runGit(root, ['rev-parse', '--git-dir'])
  const words = ['config', '--local', '--includes', '-z', '--name-only']
  const keys = await runGit(root, [...words, '--get-regexp', String.raw`^filter\.`]).catch(() => '')
  const names = keys.split('\0').map((key) => /^filter\.(.*)\.[^.]*$/s.exec(key)?.[1] ?? '')
  return [...new Set(names.filter((name) => name !== ''))]
}

async function runGit(folder: string, words: readonly string[]): Promise<string> {
  const { stdout } = await run('git', [...NOTHING_RUNS, ...words], {
    cwd: folder,
    env: readGitEnv(),
    maxBuffer: MAX_OUTPUT_BYTES,
    encoding: 'utf8',
  })
  return stdout
}

/** Gives the variables that every git is started with. */
export function readGitEnv(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !PLACE_VARIABLES.includes(name))
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_EXTERNAL_DIFF: '',
  }
}

function isMissingGit(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function toGitError(root: string, cause: unknown): ServicexError {
  if (isMissingGit(cause))
    return new ServicexError('SERVICEX_GIT', {
      summary: 'there is no git on the PATH',
      fix: 'install git',
      cause,
    })
  const said =
    cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim().split('\n')[0] : ''
  const isForeign = said?.includes('dubious ownership') ?? false
  return new ServicexError('SERVICEX_GIT', {
    summary: isForeign
      ? `git does not read ${root}: it belongs to another user`
      : `${root} is in no git repository`,
    fix: isForeign
      ? `git config --global --add safe.directory ${root}`
      : 'git init, then commit: the revision is the name of everything that is built',
    cause,
  })
}

function withoutPassword(url: string): string {
  return url.replace(/^([a-z+]+:\/\/)[^/@]*@/i, '$1')
}
