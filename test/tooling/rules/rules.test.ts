import { afterEach, describe, expect, test } from 'vitest'
import { readFacts } from '../../../tooling/parse/facts/read-facts.ts'
import type { PinnedBase, RepositoryFacts } from '../../../tooling/parse/facts/repository-facts.ts'
import { readProject } from '../../../tooling/parse/project.ts'
import { RULES } from '../../../tooling/plan/rules/catalog.ts'
import { judge } from '../../../tooling/plan/rules/judge.ts'
import { openRepository, type Repository } from '../parse/repository.ts'
import { BROKEN, type Files, GOOD } from './repositories.ts'

const NOW = Date.parse('2026-11-23T12:00:00Z') / 1000
const DAY = 86_400
const BASE: PinnedBase = {
  reference: 'node:24-slim',
  digest: `sha256:${'a'.repeat(64)}`,
  pinnedAtSeconds: NOW - 30 * DAY,
}

let repository: Repository | undefined
afterEach(() => repository?.close())

async function factsOf(files: Files = {}, pinnedBase: PinnedBase = BASE): Promise<RepositoryFacts> {
  const texts = Object.entries({ ...GOOD, ...files })
    .filter(([, value]) => value !== undefined)
    .map(([path, value]) => [path, typeof value === 'string' ? value : JSON.stringify(value)])
  repository = openRepository(Object.fromEntries(texts))
  return readFacts(await readProject(repository.root), { pinnedBase, nowSeconds: NOW })
}

describe('a service that follows the convention', () => {
  test('breaks no rule', async () => {
    const { findings } = judge(await factsOf(), { rules: RULES })
    expect(findings).toEqual([])
  })

  test('is what the rules look at: its entrypoint is the source of what is built', async () => {
    expect((await factsOf()).entrypoints).toEqual(['src/app.ts'])
  })
})

describe('a rule that is broken names each place', () => {
  test.for(BROKEN)('$rule: $title', async ({ rule, files, findings }) => {
    const facts = await factsOf(files)
    const found = judge(facts, { rules: RULES.filter(({ id }) => id === rule) }).findings
    expect(
      found.map(({ path = '', line }) => (line === undefined ? path : `${path}:${line}`)),
    ).toEqual(findings.map(([place]) => place))
    for (const [index, [, what]] of findings.entries()) expect(found[index]?.what).toContain(what)
    expect(JSON.stringify(found)).not.toContain('hunter2')
  })

  test('base-image-pinned: the base is old, or not pinned', async () => {
    const rules = RULES.filter(({ id }) => id === 'base-image-pinned')
    const old = await factsOf({}, { ...BASE, pinnedAtSeconds: NOW - 91 * DAY })
    expect(judge(old, { rules }).findings[0]?.what).toBe('node:24-slim was pinned 91 days ago')
    const { pinnedBase: _none, ...bare } = old
    expect(judge(bare, { rules }).findings[0]?.what).toBe('servicex.lock pins no base image')
  })

  test('generator-age: what was generated is far behind', async () => {
    const facts = await factsOf()
    const rules = RULES.filter(({ id }) => id === 'generator-age')
    const by = (generator: string, toolVersion: string): number =>
      judge({ ...facts, settings: { generator }, toolVersion }, { rules }).findings.length
    expect([by('0.1.0', '0.7.9'), by('0.1.0', '0.8.0'), by('0.9.0', '1.0.0')]).toEqual([0, 1, 1])
  })

  test('every rule is among these', () => {
    const tested = new Set([
      ...BROKEN.map(({ rule }) => rule),
      'base-image-pinned',
      'generator-age',
    ])
    const ofRepositories = RULES.filter(({ isJudgedByDeploy }) => isJudgedByDeploy !== true)
    expect(ofRepositories.map(({ id }) => id).filter((id) => !tested.has(id))).toEqual([])
  })
})

test.for(RULES)('$id says what it asks, why, and what to do', (rule) => {
  expect(rule.id).toMatch(/^[a-z]+(?:-[a-z]+)+$/)
  expect(rule.sentence).toMatch(/^[A-Zs].*\.$/)
  expect(rule.reason).toMatch(/\.$/)
  expect(rule.fix).toMatch(/^(?:run|delete|use|move|set|name|install) /)
  expect(rule.maxExceptionDays).toBeGreaterThan(0)
})
