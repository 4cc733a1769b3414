// Writes the version of package.json into the constant the runtime carries, and into the package
// behind `npm create servicex`, after changesets has raised it: `npm run release:version`.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const file = join(root, 'src/convention/version.ts')

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string
}
const source = readFileSync(file, 'utf8')
writeFileSync(file, source.replace(/(?<=SERVICEX_VERSION\b.*')[^']+(?=')/, version))

// `npm create servicex` makes apps with the servicex of its own version.
const create = join(root, 'create-servicex/package.json')
const manifest = JSON.parse(readFileSync(create, 'utf8')) as object
const next = { ...manifest, version, dependencies: { servicex: version } }
writeFileSync(create, `${JSON.stringify(next, undefined, 2)}\n`)
