import { expect, test } from 'vitest'
import { parseYamlDocuments } from '../../../tooling/parse/yaml-documents.ts'

function read(text: string): unknown {
  const [document] = parseYamlDocuments(text)
  return document?.kind === 'value' ? document.value : document?.problem
}

const READ: readonly (readonly [text: string, value: unknown])[] = [
  ['mode: 0644', { mode: 420 }],
  ['a: yes\nb: no\nc: on\nd: y', { a: true, b: false, c: true, d: 'y' }],
  ['a: "yes"', { a: 'yes' }],
  ['a: 12:30\nb: 2001-12-14', { a: '12:30', b: '2001-12-14' }],
  ['y: 1', { y: 1 }],
  ['base: &b { x: 1 }\nc: { <<: *b, y: 2 }', { base: { x: 1 }, c: { x: 1, y: 2 } }],
  ['a: !!js/function "x"', { a: 'x' }],
  ['app: "x\\nkind: ClusterRole"', { app: 'x\nkind: ClusterRole' }],
]

test.for(READ)('%j is read as kubectl reads it', ([text, value]) => {
  expect(read(text)).toEqual(value)
})

const NINE = '[*a, *a, *a, *a, *a, *a, *a, *a, *a]'
const REFUSED: readonly (readonly [what: string, text: string, problem: string])[] = [
  [
    'a bomb of aliases',
    `a: &a [x, x, x, x, x, x, x, x, x]\nb: &b ${NINE}\nc: &c ${NINE.replaceAll('*a', '*b')}\nd: ${NINE.replaceAll('*a', '*c')}`,
    'Excessive alias count',
  ],
  ['a circle', 'a: &x { b: *x }', 'circular'],
  ['20 000 brackets', '['.repeat(20_000), 'nested more than 100 levels deep'],
  ['20 000 dashes', '- '.repeat(20_000), 'nested more than 100 levels deep'],
  [
    '3 000 levels of indentation',
    Array.from({ length: 3000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
    'Maximum call stack',
  ],
  ['6 MB', 'x'.repeat(6_000_000), 'more than 5000000 bytes'],
  ['a key twice', 'a: 1\na: 2', 'Map keys must be unique at line 2'],
  ['a tab', '\ta: 1', 'Tabs are not allowed'],
  ['an open bracket', 'a: [1', 'Flow sequence'],
]

test.for(REFUSED)('%s is refused in words', ([, text, problem]) => {
  expect(read(text)).toContain(problem)
})

test('documents know their lines, and empty ones are none', () => {
  expect(parseYamlDocuments('# a\n\na: 1\n---\n# b\n---\nb: 2\n')).toEqual([
    { kind: 'value', value: { a: 1 }, line: 3 },
    { kind: 'value', value: { b: 2 }, line: 7 },
  ])
})

test('a key named as a prototype is reaches no prototype', () => {
  read('__proto__: { polluted: true }')
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})
