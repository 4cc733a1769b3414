import type { Contract } from './contract-types.ts'
import { parametersOf, toSegments } from './path-template.ts'
import { toZodObject } from './zod-def.ts'

/** Gives what is wrong with the paths of a contract, each alone and beside the others. */
export function findPathProblems({ operations }: Contract): readonly string[] {
  const taken = new Map<string, string>()
  const spelled = new Map<string, string>()
  return Object.entries(operations).flatMap(([name, { method, path, spec }]) => {
    if (toSegments(path) === undefined)
      return [
        `${name}.path: ${JSON.stringify(path)} is no path template: "/invoices/{id}", a parameter is a whole segment`,
      ]
    const shape = path.replaceAll(/\{[^}]*\}/g, '{}')
    const other = taken.get(`${method} ${shape}`)
    const alias = spelled.get(shape)
    taken.set(`${method} ${shape}`, name)
    spelled.set(shape, path)
    return [
      ...(other === undefined ? [] : [`${name}.path: ${method} ${path} is taken by ${other}`]),
      ...(alias === undefined || alias === path
        ? []
        : [`${name}.path: ${path} names its parameters otherwise than ${alias}`]),
      ...findParameterProblems(name, parametersOf(path), toZodObject(spec.params)),
    ]
  })
}

function findParameterProblems(
  name: string,
  inPath: readonly string[],
  params: { readonly _zod: { readonly def: { readonly shape: object } } } | undefined,
): readonly string[] {
  const declared = Object.keys(params?._zod.def.shape ?? {})
  return [
    ...inPath
      .filter((parameter) => !declared.includes(parameter))
      .map((parameter) => `${name}.params: {${parameter}} of the path has no member here`),
    ...declared
      .filter((parameter) => !inPath.includes(parameter))
      .map((parameter) => `${name}.params.${parameter}: the path has no {${parameter}}`),
    ...(new Set(inPath).size === inPath.length
      ? []
      : [`${name}.path: a parameter stands in it twice`]),
  ]
}
