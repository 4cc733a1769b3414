import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import {
  toImageReference,
  toReferenceText,
  withVersion,
} from '../../../tooling/parse/image-reference.ts'

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}` as const

describe('an image reference', () => {
  test.for<readonly [string, string]>([
    ['node', 'docker.io/library/node'],
    ['node:24-slim', 'docker.io/library/node:24-slim'],
    ['acme/billing', 'docker.io/acme/billing'],
    ['docker.io/node', 'docker.io/library/node'],
    ['index.docker.io/acme/billing:1', 'docker.io/acme/billing:1'],
    ['registry-1.docker.io/library/node', 'docker.io/library/node'],
    ['ghcr.io/acme/billing:1', 'ghcr.io/acme/billing:1'],
    ['localhost/billing', 'localhost/billing'],
    ['localhost:5000/billing:1', 'localhost:5000/billing:1'],
    ['127.0.0.1:5000/a/b/c:1', '127.0.0.1:5000/a/b/c:1'],
    ['[::1]:5000/billing', '[::1]:5000/billing'],
    ['Registry.Acme.Example/apps/billing', 'registry.acme.example/apps/billing'],
    ['r.example/a__b/c-d.e:V1.0_x', 'r.example/a__b/c-d.e:V1.0_x'],
    [`r.example/a@${DIGEST}`, `r.example/a@${DIGEST}`],
    [`r.example/a:1@${DIGEST}`, `r.example/a:1@${DIGEST}`],
  ])('%s means %s', ([text, long]) => {
    const reference = toImageReference(text)
    expect(toReferenceText(reference)).toBe(long)
    expect(toImageReference(long)).toEqual(reference)
  })

  test.for([
    '',
    ' ',
    ':',
    '@',
    '/',
    'a//b',
    '/a',
    'a/',
    'r.example/',
    'https://r.example/a',
    'r.example/A',
    'MyTeam/app',
    'r.example/a:',
    'r.example/a:-x',
    'r.example/a:.x',
    `r.example/a:${'x'.repeat(129)}`,
    'r.example/a:b:c',
    'r.example/a@sha256:abc',
    `r.example/a@sha512:${'0'.repeat(128)}`,
    `r.example/a@${DIGEST.toUpperCase()}`,
    `r.example/a@${DIGEST}@${DIGEST}`,
    'r.example:0/a',
    'r.example:65536/a',
    'r.example:99999999/a',
    'r..example/a',
    '-r.example/a',
    'user@r.example/a',
    'user:pass@r.example/a',
    'r.example/../a',
    'r.example/a/./b',
    'r.example/a..b',
    'r.example/-a',
    '--output=x/a',
    'r.example/a b',
    'r.example/a\n',
    'r.example/a\u0000',
    'r.example/a?x=1',
    'r.example/a#x',
    'r.example/%2e%2e/a',
    'r.example/a$(id)',
    'r.example/ä',
    `r.example/${'a'.repeat(255)}`,
  ])('%j is none', (text) => {
    expect(() => toImageReference(text)).toThrow(/SERVICEX_IMAGE_REFERENCE_INVALID/)
  })

  test('of any text is one that reads the same again, or an error of ours', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), hostileText()), (text) => {
        try {
          const reference = toImageReference(text)
          expect(toImageReference(toReferenceText(reference))).toEqual(reference)
          const url = new URL(`https://${reference.registry}/v2/${reference.repository}/x`)
          expect(url.pathname).toBe(`/v2/${reference.repository}/x`)
        } catch (error) {
          expect(ServicexError.is(error)).toBe(true)
        }
      }),
      { numRuns: 400, seed: 7 },
    )
  })

  test('of hostile length is refused in no time', () => {
    const start = performance.now()
    for (const text of ['a-'.repeat(50_000), 'a.'.repeat(50_000), 'a/'.repeat(50_000)])
      expect(() => toImageReference(text)).toThrow(/SERVICEX_IMAGE_REFERENCE_INVALID/)
    expect(performance.now() - start).toBeLessThan(500)
  })
})

test('another version of an image is checked as if it was typed', () => {
  const image = toImageReference('r.example/a:1')
  expect(toReferenceText(withVersion(image, { tag: '2', digest: DIGEST }))).toBe(
    `r.example/a:2@${DIGEST}`,
  )
  expect(toReferenceText(withVersion(image))).toBe('r.example/a')
  expect(() => withVersion(image, { tag: 'feat/`id`' })).toThrow(/IMAGE_REFERENCE_INVALID/)
})

const SIGNS = ['a', 'Z', '0', '.', '-', '_', ':', '/', '@', '[', ']', '%', '?', '#']

/** Texts of the signs that references are made of. */
function hostileText(): fc.Arbitrary<string> {
  const sign = fc.constantFrom(...SIGNS, '..', 'localhost', 'r.io', DIGEST)
  return fc.array(sign, { maxLength: 12 }).map((signs) => signs.join(''))
}
