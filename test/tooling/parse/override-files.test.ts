import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readOverrideFiles, toOverrides } from '../../../tooling/parse/overrides.ts'
import { openRepository, type Repository } from './repository.ts'

const OBJECT = (name: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`

let repository: Repository
beforeEach(() => {
  repository = openRepository({
    'kube/b.yaml': OBJECT('b'),
    'kube/a.yaml': OBJECT('a'),
    'kube/prod/c.yaml': OBJECT('c'),
    'kube/qa/d.yaml': OBJECT('d'),
    'kube/README.md': 'why\n',
    'shared/e.yaml': OBJECT('e'),
  })
})
afterEach(() => repository.close())

test('the files of every environment are read, and each environment has its own after the common ones', async () => {
  const files = await readOverrideFiles(repository.root)
  expect(files.map(({ path }) => path)).toEqual([
    'kube/a.yaml',
    'kube/b.yaml',
    'kube/prod/c.yaml',
    'kube/qa/d.yaml',
  ])
  const { overrides } = toOverrides(files, 'production')
  expect(overrides.map(({ place }) => place)).toEqual([
    'kube/a.yaml:1',
    'kube/b.yaml:1',
    'kube/prod/c.yaml:1',
  ])
})

test('a link within the repository is followed; one out of it does not come into an image', async () => {
  const { root } = repository
  symlinkSync('../shared/e.yaml', join(root, 'kube/e.yaml'))
  expect(await readOverrideFiles(root, root)).toHaveLength(5)
  await expect(readOverrideFiles(root, join(root, 'kube'))).rejects.toMatchObject({
    code: 'SERVICEX_IMAGE_CONTENT_UNSAFE',
  })
})
