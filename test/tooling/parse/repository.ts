import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A git repository of a test. */
export interface Repository {
  readonly root: string
  write(files: Readonly<Record<string, string>>): void
  git(...words: readonly string[]): string
  /** Commits all there is; gives the revision. */
  commit(message?: string): string
  close(): void
}

/** Nobody's settings, and a clock that stands still: the same files make the same commit. */
const ENV = {
  PATH: process.env['PATH'],
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.com',
  GIT_AUTHOR_DATE: '2026-01-02T03:04:05Z',
  GIT_COMMITTER_DATE: '2026-01-02T03:04:05Z',
}

/** Makes an empty repository on branch `main` in a folder of its own, with `files` in it and uncommitted. */
export function openRepository(files: Readonly<Record<string, string>> = {}): Repository {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'servicex-repository-')))
  const git = (...words: readonly string[]): string =>
    execFileSync('git', words, { cwd: root, env: ENV, encoding: 'utf8' }).trim()
  const write = (texts: Readonly<Record<string, string>>): void => {
    for (const [path, text] of Object.entries(texts)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
  }
  git('init', '--quiet', '--initial-branch=main')
  write(files)
  return {
    root,
    write,
    git,
    commit: (message = 'a commit') => {
      git('add', '--all')
      git('commit', '--quiet', '--allow-empty', '--message', message)
      return git('rev-parse', 'HEAD')
    },
    close: () => rmSync(root, { recursive: true, force: true }),
  }
}
