import type { NativeCode } from './elf.ts'
import { type FileEntry, nameOf } from './entry.ts'
import { toArchitectureWords, type TargetPlatform } from './target-platform.ts'

/** A native addon among the dependencies, and what it was made for. */
export interface NativeAddon {
  readonly path: string
  readonly code: NativeCode
}

/** What the native addons of an image mean for it. */
export interface AddonFindings {
  /** Made for another platform, beside one of the same package that fits: they can never be loaded. */
  readonly needless: readonly string[]
  /** The only ones of their package, and none fits: the app would fail when it loads them. */
  readonly unfit: readonly NativeAddon[]
}

/** Judges native addons package by package: a package may bring one for each platform. */
export function judgeAddons(addons: readonly NativeAddon[], target: TargetPlatform): AddonFindings {
  const needless: string[] = []
  const unfit: NativeAddon[] = []
  for (const members of Map.groupBy(addons, ({ path }) => familyOf(path)).values()) {
    const strangers = members.filter(({ code }) => !isFit(code, target))
    if (strangers.length === members.length) unfit.push(...strangers)
    else needless.push(...strangers.map(({ path }) => path))
  }
  return { needless, unfit }
}

/** Says what an addon was made for, in words: `ELF for machine 62, glibc`. */
export function toNativeCodeText({ system, machine, libc }: NativeCode): string {
  if (system === 'mach-o') return 'macOS'
  if (system === 'pe') return 'Windows'
  if (system === 'unknown') return 'no program'
  const name = MACHINES[machine ?? 0] ?? `machine ${machine}`
  return libc === undefined ? `Linux ${name}` : `Linux ${name} ${libc}`
}

const MACHINES: Readonly<Record<number, string>> = {
  3: '386',
  21: 'ppc64le',
  22: 's390x',
  40: 'arm',
  62: 'amd64',
  183: 'arm64',
  243: 'riscv64',
}

function isFit(code: NativeCode, { platform, libc }: TargetPlatform): boolean {
  if (code.system !== 'elf') return false
  const { elfMachine } = toArchitectureWords(platform)
  return code.machine === elfMachine && (code.libc === undefined || code.libc === libc)
}

/**
 * Gives the family of packages a path is in: those that bring one binary for each platform differ by
 * its words alone, `@img/sharp-linux-x64` and `@img/sharp-linuxmusl-x64`.
 */
function familyOf(path: string): string {
  const name = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? ''
  return name.replaceAll(PLATFORM_WORDS, '')
}

const PLATFORM_WORDS =
  /[-_.]?(?:linux(?:musl)?|darwin|macos|win32|windows|android|freebsd|musl|gnu|glibc|gnueabihf|musleabihf|msvc|x64|x86_64|amd64|ia32|arm64|aarch64|armv7|arm|riscv64|s390x|ppc64le|ppc64|loong64|universal)(?=$|[-_.])/g

/** Says whether to look into a file for native code: an addon, a library, or a program without a suffix. */
export function mayBeNative({ path, isExecutable }: FileEntry): boolean {
  const name = nameOf(path)
  return (
    /\.(?:node|so(?:\.\d+)*|dylib|dll|exe)$/.test(name) || (isExecutable && !name.includes('.'))
  )
}
