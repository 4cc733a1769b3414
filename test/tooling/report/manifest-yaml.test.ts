import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseYamlDocuments } from '../../../tooling/parse/yaml-documents.ts'
import { toManifestYaml } from '../../../tooling/report/manifest-yaml.ts'

const TEXTS = [
  'no',
  'Yes',
  'on',
  'y',
  'N',
  'null',
  '~',
  'true',
  '',
  ' ',
  '0o14',
  '0644',
  '0x1f',
  '1e3',
  '12:30',
  '1_000',
  '.5',
  '.inf',
  '.NaN',
  '2001-12-14',
  '-',
  '- a',
  'a: b',
  'a #b',
  '#a',
  '*a',
  '&a',
  '!a',
  '@a',
  '`a',
  '%a',
  '{{ $value }}',
  '[a]',
  '"a"',
  "it's",
  'x\nkind: ClusterRole',
  'a\n---\nb',
  'tab\there',
  '\u001b]0;P\u0007',
  '\u2028',
  '\ufeff',
  'ü',
  '<<',
  '=',
  '__proto__',
  'a\nb\n',
  'a\nb',
  '\na\n',
  '  a\nb\n',
  'a \nb\n',
  '1.10',
  '+1',
]

test.for(TEXTS)('%j comes back as it was, whichever YAML reads it', (text) => {
  const manifest = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'x' },
    data: { [`k${text}`]: text },
  }
  const yaml = toManifestYaml(manifest)
  expect(parse(yaml)).toEqual(manifest)
  expect(parseYamlDocuments(yaml)).toEqual([{ kind: 'value', value: manifest, line: 1 }])
})

test('numbers and booleans are not quoted', () => {
  const manifest = { apiVersion: 'v1', kind: 'X', metadata: { name: 'x' }, a: 1, b: true, c: [0.5] }
  expect(toManifestYaml(manifest)).toContain('a: 1\nb: true\nc:\n  - 0.5\n')
})
