import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { packTar } from 'modern-tar'
import { expect, test } from 'vitest'
import { toDescription } from '../../../src/describe/to-description.ts'
import {
  type ImageDeclaration,
  readDeclaration,
} from '../../../tooling/apply/deploy/read-declaration.ts'
import type { RegistryClient } from '../../../tooling/apply/registry/registry-client.ts'

const DESCRIPTION = toDescription({ name: 'billing' }, 'x')
const RECORD = {
  version: 1,
  overrides: [],
  clients: [],
  convention: { severities: [], exceptions: [], breaches: [] },
}

/** Reads the declaration of an image with these files, whose labels hold their digests. */
async function read(
  files: { readonly description?: unknown; readonly record?: unknown },
  labels: Readonly<Record<string, string>> = {},
): Promise<Partial<ImageDeclaration>> {
  const texts = Object.entries(files).map(([name, value]) => [name, JSON.stringify(value)] as const)
  const tar = await packTar(
    texts.map(([name, text]) => ({
      header: { name: `app/.servicex/${name}.json`, size: Buffer.byteLength(text), type: 'file' },
      body: text,
    })),
  )
  const blob = gzipSync(tar)
  const descriptor = { mediaType: 'x', digest: 'sha256:1', size: blob.length } as const
  const layer = { ...descriptor, annotations: { 'dev.servicex.layer': 'declaration' } }
  const digests = texts.map(([name, text]) => [
    `dev.servicex.${name}.digest`,
    `sha256:${createHash('sha256').update(text).digest('hex')}`,
  ])
  return readDeclaration({ readBlob: () => Promise.resolve(blob) } as unknown as RegistryClient, {
    reference: { registry: 'r.example', repository: 'billing', tag: 'x' },
    manifest: { layers: [layer], config: descriptor } as never,
    labels: { ...Object.fromEntries(digests), ...labels },
  })
}

test('an image that kube built gives its description and the record of its commit', async () => {
  expect(await read({ description: DESCRIPTION, record: RECORD })).toEqual({
    description: DESCRIPTION,
    record: RECORD,
  })
})

test('one of an earlier kube has no record', async () => {
  expect(await read({ description: DESCRIPTION })).toEqual({ description: DESCRIPTION })
})

test.for(['description', 'record'])('a %s that the labels do not know is refused', async (name) => {
  const label = `dev.servicex.${name}.digest`
  const files = { description: DESCRIPTION, record: RECORD }
  await expect(read(files, { [label]: 'sha256:0' })).rejects.toMatchObject({
    code: 'SERVICEX_IMAGE_INVALID',
    message: expect.stringContaining(`.servicex/${name}.json has another digest`) as unknown,
  })
})

test.for([
  ['a newer version', { ...RECORD, version: 2 }],
  ['no lists', { version: 1 }],
  ['nothing', null],
  [
    'an exception without a last day',
    { ...RECORD, convention: { ...RECORD.convention, exceptions: [{ rule: 'one-logger' }] } },
  ],
] as const)('a record of %s is refused', async ([, record]) => {
  await expect(read({ description: DESCRIPTION, record })).rejects.toMatchObject({
    code: 'SERVICEX_IMAGE_INVALID',
  })
})
