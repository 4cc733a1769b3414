import { isSensitiveName } from '../../../src/convention/sensitive.ts'
import type { RepositoryFacts } from '../../parse/facts/repository-facts.ts'
import { containersOf, listAt, mappingAt, podOf, text, titleOf } from './manifest.ts'
import type { Breach, Rule } from './rule.ts'

const KEY_FILE = /(?:^|\/)(?:[^/]*\.(?:pem|p12|pfx|key)|id_(?:rsa|dsa|ecdsa|ed25519))$/
const EXAMPLE = /\.(?:example|sample|template|dist)$/

/** Secret values live in Secrets, and nowhere in the repository or the image. */
export const secretsInSecrets: Rule = {
  id: 'secrets-in-secrets',
  sentence: 'Secret values live in Secrets: none is in the repository or in the image.',
  reason: 'What is committed or built in is read by everyone who may clone or pull, for ever.',
  fix: 'set it with kube <env> env set NAME, delete it here, and replace the value: it is known now',
  severity: 'error',
  maxExceptionDays: 14,
  check: (facts) => [
    ...inManifests(facts),
    ...inDockerfiles(facts),
    ...inDotfiles(facts),
    ...keyFiles(facts),
  ],
}

function inManifests({ manifests }: RepositoryFacts): readonly Breach[] {
  return manifests.flatMap((manifest) => {
    const { path, object } = manifest
    const named = (name: string): Breach => ({ what: `${titleOf(manifest)} holds ${name}`, path })
    if (object['kind'] === 'Secret')
      return ['data', 'stringData'].flatMap((key) => Object.keys(mappingAt(object, key)).map(named))
    if (object['kind'] === 'ConfigMap')
      return Object.keys(mappingAt(object, 'data')).filter(isSensitiveName).map(named)
    return containersOf(podOf(manifest) ?? {})
      .flatMap((container) => listAt(container, 'env'))
      .filter((variable) => text(mappingAt(variable)['value']) !== '')
      .map((variable) => text(mappingAt(variable)['name']))
      .filter(isSensitiveName)
      .map(named)
  })
}

function inDockerfiles({ dockerfiles }: RepositoryFacts): readonly Breach[] {
  return dockerfiles.flatMap(({ path, text: file }) =>
    file.split('\n').flatMap((content, index) => {
      const [, name, rest = ''] = /^\s*(?:ENV|ARG)\s+([A-Za-z_]\w*)(.*)/i.exec(content) ?? []
      const isSet = /^\s*[=\s]\s*\S/.test(rest) && !/^\s*=?\s*["']?\$/.test(rest)
      if (name === undefined || !isSensitiveName(name) || !isSet) return []
      return [{ what: `builds ${name} into the image`, path, line: index + 1 }]
    }),
  )
}

/** A line of a `.env` or an `.npmrc` that gives a sensitive name a value of its own. */
function inDotfiles({ dotfiles }: RepositoryFacts): readonly Breach[] {
  return dotfiles
    .filter(({ path }) => !EXAMPLE.test(path))
    .flatMap(({ path, text: file }) =>
      file.split('\n').flatMap((content, index) => {
        const [, key = '', value = ''] =
          /^\s*(?:export\s+)?([^=#;\s]+)\s*=\s*["']?([^"'\s]*)/.exec(content) ?? []
        const name = key.split(':').at(-1)?.replace(/^_/, '') ?? ''
        if (!isSensitiveName(name) || value === '' || value.startsWith('$')) return []
        return [{ what: `holds ${name}`, path, line: index + 1 }]
      }),
    )
}

function keyFiles({ paths }: RepositoryFacts): readonly Breach[] {
  return paths
    .filter((path) => KEY_FILE.test(path) && !/(?:^|\/)tests?\//.test(path))
    .map((path) => ({ what: 'looks like a private key', path }))
}
