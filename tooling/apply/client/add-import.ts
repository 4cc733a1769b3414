import { readFile, writeFile } from 'node:fs/promises'

/** How clients are imported, wherever in the app: `import { billing } from '#clients/billing'`. */
const KEY = '#clients/*'

/**
 * Adds `#clients/*` to the imports of a package.json, leaving everything else of the file as it is.
 * Resolves with false when it is there already, leading anywhere.
 */
export async function addClientsImport(packageFile: string, folder: string): Promise<boolean> {
  const text = await readFile(packageFile, 'utf8')
  const json = JSON.parse(text) as { imports?: Record<string, unknown> }
  if (json.imports !== undefined && KEY in json.imports) return false
  const imports = { ...json.imports, [KEY]: `./${folder}/*.js` }
  const indent = /^\{\r?\n([ \t]+)"/.exec(text)?.[1] ?? '  '
  const end = text.endsWith('\n') ? '\n' : ''
  await writeFile(packageFile, `${JSON.stringify({ ...json, imports }, undefined, indent)}${end}`)
  return true
}
