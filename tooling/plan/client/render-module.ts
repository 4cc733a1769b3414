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
  return [main(renderLoader(modules.map(({ path }) => path))), ...modules]
}

/** In a function that is parsed when it is called; with every path in it, so that bundlers see them. */
function renderLoader(paths: readonly string[]): string {
  const cases = paths.map(
    (path) => `    case '${nameOf(path)}':\n      return import('./${path}')\n`,
  )
  return `const load = async (name) => (await open(name))?.checks

function open(name) {
  switch (name) {
${cases.join('')}  }
}
`
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
  const operations = operationsOf(snapshot).map(
    (placed) =>
      `    ${JSON.stringify(placed.operation.operationId)}: ${JSON.stringify(toOperationPlan(placed))}`,
  )
  const members = Object.entries(facts).map(
    ([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`,
  )
  const variable = toVariable(facts.service)
  return `import { generatedClient } from 'servicex/client'

// As JSON, which is read in half the time of code.
const plan = JSON.parse(String.raw\`{
${toRawText(`${members.join('')}  "operations": {\n${operations.join(',\n')}\n  }`)}
}\`)

export function ${variable}Client(options) {
  return generatedClient(plan, load, options)
}

${validators}
export const ${variable} = ${variable}Client()
`
}

/** JSON as it stands in a raw template: what would end or fill the template is spelled by its number. */
function toRawText(json: string): string {
  return json.replaceAll('`', String.raw`\u0060`).replaceAll('${', String.raw`\u0024{`)
}
