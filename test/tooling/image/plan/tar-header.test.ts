import { unpackTar } from 'modern-tar'
import { expect, test } from 'vitest'
import type { Entry } from '../../../../tooling/plan/image/entry.ts'
import { toFolderHeader, toTarHeader } from '../../../../tooling/plan/image/tar-header.ts'

const end = new Uint8Array(1024)

test.for([
  ['a.js'],
  ['a'.repeat(100)],
  ['a'.repeat(101)],
  [`${'folder/'.repeat(40)}file.js`],
  ['ünïcödé/ファイル.js'],
  ['with space\nand newline'],
  ['--option=x'],
] as const)('a file named %j is read back by that name', async ([path]) => {
  const [read] = await unpackTar(concat([toTarHeader(file(path), 1), end]))
  expect(read?.header).toMatchObject({ name: path, type: 'file', uid: 0, gid: 0, mode: 0o644 })
  expect(read?.header.mtime).toEqual(new Date(1000))
})

test('lengths at which a record needs one digit more are right', async () => {
  for (let length = 80; length < 130; length += 1) {
    const path = 'é'.repeat(length)
    const [read] = await unpackTar(concat([toTarHeader(file(path), 0), end]))
    expect(read?.header.name).toBe(path)
  }
})

test('a link keeps a long target, a folder ends in a slash, an executable is 0755', async () => {
  const target = `../${'x'.repeat(200)}`
  const parts = [
    toFolderHeader('app', 0),
    toTarHeader({ ...file('run'), isExecutable: true }, 0),
    toTarHeader({ kind: 'link', path: 'l', target }, 0),
    end,
  ]
  const read = await unpackTar(concat(parts))
  expect(read.map(({ header }) => [header.name, header.type, header.mode])).toEqual([
    ['app/', 'directory', 0o755],
    ['run', 'file', 0o755],
    ['l', 'symlink', 0o777],
  ])
  expect(read[2]?.header.linkname).toBe(target)
})

test('a file of more than 8 GiB is refused, not cut', () => {
  expect(() => toTarHeader({ ...file('big'), sizeBytes: 8 * 1024 ** 3 }, 0)).toThrow(
    'SERVICEX_IMAGE_CONTENT_UNSAFE',
  )
})

function file(path: string): Entry & { kind: 'file' } {
  return {
    kind: 'file',
    path,
    sizeBytes: 0,
    isExecutable: false,
    content: { kind: 'text', text: '' },
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts)
}
