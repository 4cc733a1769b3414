import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** What checking a consumer's program costs the compiler. */
export interface TypeCost {
  readonly instantiations: number
  readonly types: number
  readonly memoryMb: number
  readonly seconds: number
}

/** The compilers: TypeScript 5, whose editor service most people have, and 7. */
export const COMPILERS = {
  'TypeScript 5.9': join(import.meta.dirname, 'peers/node_modules/typescript/bin/tsc'),
  'TypeScript 7.0': join(import.meta.dirname, '../../node_modules/typescript/bin/tsc'),
} as const

/** One of the compilers. */
export type Compiler = keyof typeof COMPILERS

/** Checks the program in `folder`. Throws what the compiler says when it does not compile. */
export function measureTypes(folder: string, compiler: Compiler): TypeCost {
  const said = check(folder, COMPILERS[compiler])
  const number = (name: string): number => {
    const text = new RegExp(`^${name}:\\s+([\\d.]+)`, 'm').exec(said)?.[1]
    if (text === undefined) throw new Error(`the compiler says nothing of ${name}:\n${said}`)
    return Number(text)
  }
  return {
    instantiations: number('Instantiations'),
    types: number('Types'),
    memoryMb: number('Memory used') / 1024,
    seconds: number('Total time'),
  }
}

function check(folder: string, compiler: string): string {
  try {
    const words = [
      '--max-old-space-size=4096',
      compiler,
      '-p',
      folder,
      '--noEmit',
      '--extendedDiagnostics',
    ]
    return execFileSync(process.execPath, words, { encoding: 'utf8', stdio: 'pipe' })
  } catch (error) {
    throw new Error(
      `it does not compile:\n${String((error as { stdout?: string }).stdout).slice(0, 2_000)}`,
      { cause: error },
    )
  }
}
