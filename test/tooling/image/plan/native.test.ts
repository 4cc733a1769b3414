import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type NativeCode, toNativeCode } from '../../../../tooling/plan/image/elf.ts'
import { judgeAddons, mayBeNative } from '../../../../tooling/plan/image/native-addons.ts'
import type { TargetPlatform } from '../../../../tooling/plan/image/target-platform.ts'
import { toElf } from '../elf-file.ts'

const AMD64 = 62
const ARM64 = 183
const target: TargetPlatform = { platform: { os: 'linux', architecture: 'amd64' }, libc: 'glibc' }

describe('native code', () => {
  test.for([
    [toElf({ machine: AMD64, needed: ['libc.so.6'] }), { machine: AMD64, libc: 'glibc' }],
    [
      toElf({ machine: ARM64, needed: ['libm.so.6', 'ld-linux-aarch64.so.1'] }),
      { machine: ARM64, libc: 'glibc' },
    ],
    [
      toElf({ machine: AMD64, needed: ['libc.musl-x86_64.so.1'] }),
      { machine: AMD64, libc: 'musl' },
    ],
    [toElf({ machine: AMD64, needed: [] }), { machine: AMD64 }],
  ] as const)('%# is told by its ELF tables', ([bytes, expected]) => {
    expect(toNativeCode(bytes)).toEqual({ system: 'elf', ...expected })
  })

  test('of this very Node is read right', () => {
    const machines: Record<string, number> = { x64: AMD64, arm64: ARM64 }
    expect(toNativeCode(readFileSync(process.execPath))).toMatchObject({
      system: 'elf',
      machine: machines[process.arch],
    })
  })

  test.for([
    ['cffaedfe', 'mach-o'],
    ['cafebabe', 'mach-o'],
    ['4d5a9000', 'pe'],
    ['23212f75', 'unknown'],
  ] as const)('that begins with %s is %s', ([magic, system]) => {
    expect(toNativeCode(Buffer.concat([Buffer.from(magic, 'hex'), Buffer.alloc(100)]))).toEqual({
      system,
    })
  })

  test('with tables that lead out of the file is ELF of an unknown C library', () => {
    const whole = toElf({ machine: AMD64, needed: ['libc.so.6'] })
    for (let length = 64; length < whole.length; length += 1)
      expect(toNativeCode(whole.subarray(0, length)).system).toBe('elf')
    expect(toNativeCode(whole.subarray(0, 10))).toEqual({ system: 'unknown' })
  })
})

describe('the addons of a package', () => {
  const glibc: NativeCode = { system: 'elf', machine: AMD64, libc: 'glibc' }
  const musl: NativeCode = { system: 'elf', machine: AMD64, libc: 'musl' }
  const arm: NativeCode = { system: 'elf', machine: ARM64 }
  const mac: NativeCode = { system: 'mach-o' }

  test('that fit are kept, and those beside for other platforms are needless', () => {
    const findings = judgeAddons(
      [
        { path: 'node_modules/a/prebuilds/linux-x64/a.node', code: glibc },
        { path: 'node_modules/a/prebuilds/darwin-arm64/a.node', code: mac },
        { path: 'node_modules/a/prebuilds/linux-arm64/a.node', code: arm },
      ],
      target,
    )
    expect(findings.unfit).toEqual([])
    expect(findings.needless).toHaveLength(2)
  })

  test('that are packages of their own, one a platform, are judged together', () => {
    const findings = judgeAddons(
      [
        { path: 'node_modules/@img/sharp-linux-x64/lib/sharp.node', code: glibc },
        { path: 'node_modules/@img/sharp-linuxmusl-x64/lib/sharp.node', code: musl },
      ],
      target,
    )
    expect(findings).toEqual({
      needless: ['node_modules/@img/sharp-linuxmusl-x64/lib/sharp.node'],
      unfit: [],
    })
  })

  test.for([
    ['another processor', arm],
    ['another C library', musl],
    ['another system', mac],
  ] as const)('that are for %s only do not fit', ([, code]) => {
    const addon = { path: 'node_modules/a/build/Release/a.node', code }
    expect(judgeAddons([addon], target).unfit).toEqual([addon])
  })

  test('are looked for among addons, libraries and programs without a suffix', () => {
    const at = (path: string, isExecutable = false): boolean =>
      mayBeNative({
        kind: 'file',
        path,
        sizeBytes: 1,
        isExecutable,
        content: { kind: 'text', text: '' },
      })
    expect([at('a/b.node'), at('a/lib.so.1'), at('a/bin/esbuild', true)]).toEqual([
      true,
      true,
      true,
    ])
    expect([at('a/b.js', true), at('a/LICENSE')]).toEqual([false, false])
  })
})
