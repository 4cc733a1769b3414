import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openGit, readCommit, readRepository } from '../../../tooling/parse/git.ts'
import { openRepository, type Repository } from './repository.ts'

let repository: Repository
beforeEach(() => {
  repository = openRepository({ 'a.txt': 'a\n', '.gitignore': 'ignored\n' })
})
afterEach(() => repository.close())

test('a commit has its revision, time, branch and remote', async () => {
  const revision = repository.commit()
  repository.git('remote', 'add', 'origin', 'https://ann:secret@git.example.com/acme/billing.git')
  expect(await readCommit(repository.root)).toEqual({
    revision,
    committedAtSeconds: Date.parse('2026-01-02T03:04:05Z') / 1000,
    branch: 'main',
    remoteUrl: 'https://git.example.com/acme/billing.git',
    dirtyFiles: [],
  })
})

test('what is not committed is listed by name, what is ignored is not', async () => {
  repository.commit()
  repository.write({ 'a.txt': 'b\n', 'new file.txt': '', 'häßlich\n.txt': '', ignored: '' })
  const { dirtyFiles } = await readCommit(repository.root)
  expect(dirtyFiles.toSorted()).toEqual(['a.txt', 'häßlich\n.txt', 'new file.txt'])
})

test.for(['a$(touch${IFS}PWNED)', 'feat/`touch_PWNED`', 'a&&touch_PWNED', '$HOME', 'a|b'])(
  'branch %j is a name and runs nothing',
  async (branch) => {
    const revision = repository.commit()
    repository.git('checkout', '--quiet', '-b', branch)
    const commit = await readCommit(repository.root, branch)
    expect(commit).toMatchObject({ revision, branch, dirtyFiles: [] })
    expect(existsSync(join(repository.root, 'PWNED'))).toBe(false)
  },
)

test.for(['--output=PWNED', '-h', '--all', 'nowhere', '', 'HEAD:a.txt', 'a\u0000b'])(
  'ref %j is no commit: one error, and nothing is written',
  async (ref) => {
    repository.commit()
    await expect(readCommit(repository.root, ref)).rejects.toThrow(/^SERVICEX_GIT .*is no commit/)
    expect(existsSync(join(repository.root, 'PWNED'))).toBe(false)
  },
)

test('a detached HEAD has no branch', async () => {
  repository.commit()
  repository.git('checkout', '--quiet', '--detach')
  expect(await readCommit(repository.root)).not.toHaveProperty('branch')
})

test('a repository without a commit says so', async () => {
  await expect(readCommit(repository.root)).rejects.toThrow(/fix: commit something first/)
})

test("the caller's GIT_DIR does not lead to another repository", async () => {
  const revision = repository.commit()
  process.env['GIT_DIR'] = '/nowhere'
  try {
    expect(await readCommit(repository.root)).toMatchObject({ revision })
  } finally {
    delete process.env['GIT_DIR']
  }
})

describe('a folder outside a repository', () => {
  test('is in none, and has no commit', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'servicex-folder-'))
    expect(await readRepository(folder)).toBeUndefined()
    await expect(readCommit(folder)).rejects.toThrow(/SERVICEX_GIT .*is in no git/)
    await expect(openGit(folder)).rejects.toThrow(/is in no git repository/)
    rmSync(folder, { recursive: true })
  })
})

test('nothing that a repository brings is run: file system monitor, hooks, filters, diffs', async () => {
  repository.write({
    'evil.sh': '#!/bin/sh\ntouch PWNED\ncat\n',
    '.gitattributes': '*.txt filter=evil diff=evil\n',
  })
  const revision = repository.commit()
  chmodSync(join(repository.root, 'evil.sh'), 0o755)
  repository.git('commit', '--quiet', '--all', '--message', 'mode')
  const evil = join(repository.root, 'evil.sh')
  for (const key of [
    'core.fsmonitor',
    'filter.evil.clean',
    'filter.evil.smudge',
    'diff.evil.textconv',
    'diff.external',
    'core.pager',
    'alias.status',
  ])
    repository.git('config', key, evil)
  repository.git('config', 'filter.evil.required', 'true')
  repository.write({ 'a.txt': 'changed\n' })
  expect((await readCommit(repository.root)).revision).not.toBe(revision)
  expect((await readCommit(repository.root)).dirtyFiles).toEqual(['a.txt'])
  expect(existsSync(join(repository.root, 'PWNED'))).toBe(false)
})
