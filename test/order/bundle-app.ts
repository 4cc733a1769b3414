import { join } from 'node:path'
import { build } from 'esbuild'

/** The formats an app is bundled in, and the file name Node takes each by. */
export const BUNDLES = { esm: 'bundle.mjs', cjs: 'bundle.cjs' } as const

/** Gives CommonJS code in an ES module its `require`; under another name, as `createRequire` is declared in the bundle. */
const REQUIRE = `import { createRequire as requireFrom } from 'node:module'
const require = requireFrom(import.meta.url)`

/** Bundles an app with everything it imports into one file of `outFolder`. */
export async function bundleApp(
  entry: string,
  outFolder: string,
  format: keyof typeof BUNDLES,
): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile: join(outFolder, BUNDLES[format]),
    bundle: true,
    platform: 'node',
    format,
    target: 'node22',
    // Optional: pg asks for it only when told to.
    external: ['pg-native'],
    logLevel: 'error',
    ...(format === 'esm' ? { banner: { js: REQUIRE } } : {}),
  })
}
