import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'rolldown'

const PACKAGE_FOLDER = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/

/** Writes the licences of the packages whose code is inside the build to `fileName`. */
export function bundledLicenses(fileName: string): Plugin {
  return {
    name: 'bundled-licenses',
    generateBundle(_options, bundle) {
      const files = Object.values(bundle).flatMap((chunk) =>
        chunk.type === 'chunk' ? chunk.moduleIds : [],
      )
      const folders = new Set(
        files
          .map((file) => PACKAGE_FOLDER.exec(file)?.[0])
          .filter((folder) => folder !== undefined),
      )
      const texts = [...folders].toSorted().map(licenseOf)
      if (texts.length > 0) this.emitFile({ type: 'asset', fileName, source: texts.join('\n\n') })
    },
  }
}

function licenseOf(folder: string): string {
  const { name, version, license } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  ) as Record<string, string>
  const file = existsSync(folder)
    ? readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
    : undefined
  if (file === undefined)
    throw new Error(
      `${name} ${version} (${license}) has no licence file: its code may not be built in`,
    )
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}`
}
