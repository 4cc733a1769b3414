/** Words that cannot name a type or a variable of a module. Source: ECMA-262 §12.7.2, and TypeScript's own types. */
const RESERVED = new Set(
  'abstract any as asserts async await bigint boolean break case catch class const continue debugger declare default delete do else enum export extends false finally for from function get if implements import in infer instanceof interface is keyof let module namespace never new null number object of package private protected public readonly require return satisfies set static string super switch symbol this throw true try type typeof undefined unique unknown using var void while with yield arguments eval'.split(
    ' ',
  ),
)

/** Hands out names of one module, each once. */
export class NameBook {
  readonly #taken: Set<string>

  constructor(taken: readonly string[]) {
    this.#taken = new Set(taken)
  }

  /** Gives `wanted` as an identifier; with a number behind it when the name is taken. */
  take(wanted: string): string {
    const clean = wanted.replaceAll(/[^A-Za-z0-9_$]/g, '_').replace(/^(?=\d|$)/, '_')
    let name = RESERVED.has(clean) ? `${clean}_` : clean
    for (let count = 2; this.#taken.has(name); count += 1) name = `${clean}${count}`
    this.#taken.add(name)
    return name
  }
}

/** Gives a name in PascalCase: `getInvoice` → `GetInvoice`, `not_found` → `NotFound`. */
export function toPascalCase(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
}

/** Gives the variable a service's client is: `user-service` → `userService`. */
export function toVariable(service: string): string {
  const pascal = toPascalCase(service)
  const camel = pascal.charAt(0).toLowerCase() + pascal.slice(1)
  const name = /^\d/.test(camel) ? `service${camel}` : camel
  return RESERVED.has(name) ? `${name}Service` : name
}
