import { containersOf, listAt, mappingAt, podOf, text, titleOf } from './manifest.ts'
import type { Breach, Rule } from './rule.ts'

/** Every app uses the company's third-party services, under the same variables. */
export const companyEndpoints: Rule = {
  id: 'company-endpoints',
  sentence: "Third-party services are the company's: no app has endpoints of its own for them.",
  reason:
    'One place for errors, one for traces: whoever looks for something knows where, whichever service it is of.',
  fix: 'delete the variable here: the environment gives every app the same',
  severity: 'error',
  maxExceptionDays: 90,
  check: ({ settings, manifests, dockerfiles, dotfiles }) => {
    const names = new Set(Object.values(settings.environments ?? {}).flatMap(sharedNames))
    if (names.size === 0) return []
    const inObjects = manifests.flatMap((manifest) =>
      variablesOf(manifest)
        .filter((name) => names.has(name))
        .map((name): Breach => ({
          what: `${titleOf(manifest)} sets ${name}`,
          path: manifest.path,
        })),
    )
    const inFiles = [...dockerfiles, ...dotfiles].flatMap(({ path, text: file }) =>
      file.split('\n').flatMap((content, index) => {
        const [, name = ''] = /^\s*(?:ENV\s+|export\s+)?([A-Z_][A-Z0-9_]*)[=\s]/.exec(content) ?? []
        return names.has(name) ? [{ what: `sets ${name}`, path, line: index + 1 }] : []
      }),
    )
    return [...inObjects, ...inFiles]
  },
}

function sharedNames(environment: unknown): readonly string[] {
  return Object.keys(mappingAt(environment, 'variables'))
}

function variablesOf(manifest: Parameters<typeof titleOf>[0]): readonly string[] {
  const { object } = manifest
  if (object['kind'] === 'ConfigMap' || object['kind'] === 'Secret')
    return ['data', 'stringData'].flatMap((key) => Object.keys(mappingAt(object, key)))
  return containersOf(podOf(manifest) ?? {})
    .flatMap((container) => listAt(container, 'env'))
    .map((variable) => text(mappingAt(variable)['name']))
}
