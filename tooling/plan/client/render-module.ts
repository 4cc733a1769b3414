import {
  operationsOf,
  toOperationPlan,
  toServicePlan,
} from '../../../src/convention/service-plan.ts'
import type { Snapshot } from '../../../src/convention/snapshot.ts'
import { compileValidators, type CompiledCode } from './compile-validators.ts'
import { toVariable } from './type-names.ts'

/**
 * So much code of validators stands in the client's own module; more of it is a module for each
 * operation, loaded by the first call: parsing 1 MB takes a CPU 15 ms.
 */
const INLINE_MAX_CHARS = 65_536

/** A file, and what it holds. */
export interface GeneratedFile {
  /** Relative to the folder of the clients, with `/`. */
  readonly path: string
  readonly text: string
}

/** Writes the modules of a client: its operations, and the validators of their replies. */
export function renderModules(
  snapshot: Snapshot,
  fileName: string,
  banner: string,
): readonly GeneratedFile[] {
  const operations = operationsOf(snapshot).map(({ operation }) => operation)
  const all = compileValidators(snapshot, operations)
  const main = (validators: string): GeneratedFile => ({
    path: `${fileName}.js`,
    text: banner + renderMain(snapshot, validators),
  })
  if (all.declarations.length <= INLINE_MAX_CHARS)
    return [main(`${renderCode(all)}\nconst load = (name) => validators[name]\n`)]
  const modules = operations.flatMap((operation) => {
    const code = compileValidators(snapshot, [operation])
    if (code.declarations === '') return []
    const path = `${fileName}.validators/${operation.operationId}.js`
    return [
      {
        path,
        text: `${banner}${renderCode(code)}\nexport const { ${operation.operationId}: checks } = validators\n`,
      },
    ]
  })
  const loaders = modules.map(({ path }) => `  ${nameOf(path)}: () => import('./${path}'),\n`)
  const load = `const modules = {\n${loaders.join('')}}\nconst load = async (name) => (await modules[name]?.())?.checks\n`
  return [main(load), ...modules]
}

function nameOf(path: string): string {
  return path.split('/').at(-1)?.replace(/\.js$/, '') ?? path
}

function renderCode({ declarations, table }: CompiledCode): string {
  const imports = declarations.includes('isDeepStrictEqual')
    ? `import { isDeepStrictEqual } from 'node:util'\n\n`
    : ''
  return `${imports}${declarations}\nconst validators = ${table}\n`
}

function renderMain(snapshot: Snapshot, validators: string): string {
  const { operations: _, ...facts } = toServicePlan(snapshot)
  const lines = operationsOf(snapshot).map(
    (placed) =>
      `    ${placed.operation.operationId}: ${JSON.stringify(toOperationPlan(placed))},\n`,
  )
  const variable = toVariable(facts.service)
  const members = Object.entries(facts).map(
    ([name, value]) => `  ${name}: ${JSON.stringify(value)},\n`,
  )
  return `import { generatedClient } from 'servicex/client'

const plan = {
${members.join('')}  operations: {
${lines.join('')}  },
}

export function ${variable}Client(options) {
  return generatedClient(plan, load, options)
}

${validators}
export const ${variable} = ${variable}Client()
`
}
