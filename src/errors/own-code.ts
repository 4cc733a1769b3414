/** `src/errors` is this file's folder as it is written, `dist/runtime` as it is built; a bundle of an app's is neither. */
const CODE_FOLDER = /^(.+[/\\](?:src(?=[/\\]errors$)|dist(?=[/\\]runtime$)))/

/**
 * Says whether a file is of servicex's own code. Where servicex is linked, as in its examples, no folder
 * `node_modules` in the path tells it from the app's.
 */
export function isOwnCode(file: string, ownFolder: string | undefined = OWN_FOLDER): boolean {
  const codeFolder = CODE_FOLDER.exec(ownFolder ?? '')?.[1]
  if (codeFolder === undefined) return false
  const path = file.replace(/^file:\/\//, '')
  return path.startsWith(codeFolder) && /^[/\\]/.test(path.slice(codeFolder.length))
}

/** esbuild leaves `import.meta` empty in CommonJS. */
const OWN_FOLDER = import.meta.dirname as string | undefined
