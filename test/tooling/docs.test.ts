import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runKube } from './run-kube.ts'

const folder = join(import.meta.dirname, '../../docs')

test('kube docs names every page', async () => {
  const { stdout } = await runKube(['docs'], { cwd: '/' })
  const pages = readdirSync(folder).filter((name) => /^[a-z-]+\.md$/.test(name))
  expect(stdout.trim().split('\n')).toEqual(pages.map((name) => name.slice(0, -3)).toSorted())
})

test('kube docs <topic> prints it as it is', async () => {
  const { exitCode, stdout } = await runKube(['docs', 'errors'], { cwd: '/' })
  expect(exitCode).toBe(0)
  expect(stdout).toBe(readFileSync(join(folder, 'errors.md'), 'utf8'))
})

test('a page that is not there is a slip, and no way out of the folder', async () => {
  const { exitCode, stderr } = await runKube(['docs', 'eror'])
  expect(exitCode).toBe(2)
  expect(stderr).toContain('there is no page "eror" — did you mean "errors"?')
  expect((await runKube(['docs', '../package'])).exitCode).toBe(2)
})
