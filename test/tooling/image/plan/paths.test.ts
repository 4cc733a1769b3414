import { describe, expect, test } from 'vitest'
import type { Entry } from '../../../../tooling/plan/image/entry.ts'
import { checkLinks, toTargetPath } from '../../../../tooling/plan/image/links.ts'
import { toFolderTest, toPathTest } from '../../../../tooling/plan/image/path-pattern.ts'
import { toUnsafePaths } from '../../../../tooling/plan/image/unsafe-paths.ts'

describe('a pattern', () => {
  test.for([
    ['src', 'src/a/b.js', true],
    ['src', 'source/a.js', false],
    ['./src/', 'src/a.js', true],
    ['*.js', 'a.js', true],
    ['*.js', 'src/a.js', false],
    ['**/*.js', 'a.js', true],
    ['**/*.js', 'src/deep/a.js', true],
    ['src/**', 'src/deep/a.js', true],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['a.c', 'abc', false],
    ['(x)+', '(x)+', true],
  ] as const)('%s over %s: %s', ([pattern, path, isMeant]) => {
    expect(toPathTest([pattern])(path)).toBe(isMeant)
  })

  test('of workspaces means the folder itself, not those below', () => {
    const isWorkspace = toFolderTest(['packages/*', 'apps/**', '!packages/private'])
    expect(['packages/a', 'apps/x/y'].every(isWorkspace)).toBe(true)
    expect(['packages/a/b', 'packages/private', 'other'].some(isWorkspace)).toBe(false)
  })
})

describe('a link', () => {
  test.for([
    ['a/b', 'c', 'a/c'],
    ['a/b', '../c', 'c'],
    ['node_modules/x', '../packages/x', 'packages/x'],
    ['a', './b/../c', 'c'],
    ['a', '.', ''],
    ['a', '..', undefined],
    ['a/b', '../../c', undefined],
    ['a', '/etc/passwd', undefined],
    ['a', 'C:\\Windows', undefined],
    ['a/b', '../../app/c', undefined],
  ] as const)('%s → %s leads to %s', ([path, target, expected]) => {
    expect(toTargetPath({ kind: 'link', path, target })).toBe(expected)
  })

  test('out of the image is found; to nothing is left out; to a folder or another layer is kept', () => {
    const entries: Entry[] = [
      {
        kind: 'file',
        path: 'src/a.js',
        sizeBytes: 1,
        isExecutable: false,
        content: { kind: 'text', text: '' },
      },
      { kind: 'link', path: 'away', target: '../secret' },
      { kind: 'link', path: 'folder', target: 'src' },
      { kind: 'link', path: 'gone', target: 'nowhere' },
      { kind: 'link', path: 'other', target: 'node_modules/a' },
    ]
    const { layer, unsafe } = checkLinks(
      { entries, leftOut: [] },
      (path) => path === 'node_modules/a',
    )
    expect(unsafe.map(({ path }) => path)).toEqual(['away'])
    expect(layer.entries.map(({ path }) => path)).toEqual(['src/a.js', 'folder', 'other'])
    expect(layer.leftOut).toEqual([{ path: 'gone', reason: 'dangling-link', sizeBytes: 0 }])
  })
})

describe('a path', () => {
  const unsafeOf = (...paths: readonly string[]): string[] =>
    toUnsafePaths(paths.map((path) => ({ kind: 'link', path, target: 'x' })))

  test.for([
    '../a',
    'a/../b',
    '/a',
    'a//b',
    './a',
    '.git/config',
    'a/.GIT/hooks/x',
    'a\u0000b',
    'a\uFFFD',
  ])('%j is unsafe', (path) => {
    expect(unsafeOf('ok', path)).toEqual([path])
  })

  test('below a link is unsafe; beside one, and with dots in a name, it is not', () => {
    expect(unsafeOf('a', 'a/b')).toEqual(['a/b'])
    expect(unsafeOf('a', 'ab/c', 'a.b', '...', '..a/b', '.gitignore')).toEqual([])
  })
})
