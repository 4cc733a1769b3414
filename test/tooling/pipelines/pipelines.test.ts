import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Ajv, type AnySchemaObject } from 'ajv'
import addFormats from 'ajv-formats'
import ajvDraft4 from 'ajv-draft-04'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { PIPELINES } from '../../../tooling/plan/pipelines/catalog.ts'
import type { PipelineFacts } from '../../../tooling/plan/pipelines/pipeline.ts'

const FACTS: PipelineFacts = {
  packageManager: 'npm',
  branch: 'main',
  trial: 'qa',
  hasTests: true,
}
const { trial: _trial, ...NO_TRIAL } = FACTS

/** Every shape of a pipeline. */
const SHAPES: readonly PipelineFacts[] = [
  FACTS,
  NO_TRIAL,
  { ...FACTS, packageManager: 'pnpm', branch: 'release/2.x', hasTests: false },
  { ...FACTS, packageManager: 'yarn' },
]

const SCHEMAS = join(
  createRequire(import.meta.url).resolve('schemastore/package.json'),
  '../schemas/json',
)

function schemaOf(name: string): AnySchemaObject {
  return JSON.parse(readFileSync(join(SCHEMAS, name), 'utf8')) as AnySchemaObject
}

/** GitLab and Jenkins publish theirs in no package. */
const PUBLISHED = [
  ['github', 'github-workflow.json', new Ajv({ strict: false, allErrors: true })],
  ['circleci', 'circleciconfig.json', new ajvDraft4.default({ strict: false, allErrors: true })],
  ['travis', 'travis.json', new ajvDraft4.default({ strict: false, allErrors: true })],
] as const

describe("a generated pipeline is valid by the CI system's own schema", () => {
  test.for(PUBLISHED)('%s', ([provider, schema, ajv]) => {
    addFormats.default(ajv)
    const validate = ajv.compile(schemaOf(schema))
    for (const facts of SHAPES) {
      const pipeline = PIPELINES[provider]?.(facts)
      const isValid = validate(parse(pipeline?.text ?? ''))
      expect(isValid ? [] : validate.errors).toEqual([])
    }
    expect(validate({ jobs: 7, language: 7, version: {} })).toBe(false)
  })
})

test("the pipeline of Jenkins gives whoever runs it a home that can be written to, outside of the commit's tree", () => {
  const text = PIPELINES['jenkins']?.(FACTS).text ?? ''
  const top = text.slice(0, text.indexOf('stages {'))
  expect(top).toContain('environment { HOME = "${env.WORKSPACE_TMP}" }')
})

describe.for(Object.keys(PIPELINES))('the pipeline of %s', (provider) => {
  const plan = (facts: PipelineFacts): string => PIPELINES[provider]?.(facts).text ?? ''

  test('checks, builds and deploys through kube', () => {
    const text = plan(FACTS)
    for (const call of [
      'npm ci',
      'npm test',
      'npx kube check',
      'npx kube build --push',
      'npx kube prod deploy HEAD',
      'npx kube qa deploy HEAD',
    ])
      expect(text).toContain(call)
  })

  test('without an environment to try pull requests in, tests them alone', () => {
    expect(plan(NO_TRIAL)).not.toContain('qa')
  })

  test.for(['pnpm', 'yarn'] as const)('installs with %s what is locked', (packageManager) => {
    const text = plan({ ...FACTS, packageManager })
    expect(text).toMatch(/--frozen-lockfile|--immutable/)
    expect(text).not.toContain('npm ci')
  })

  test('is the same each time', async () => {
    const { path, text } = PIPELINES[provider]?.(FACTS) ?? { path: '', text: '' }
    await expect(text).toMatchFileSnapshot(`golden/${path.replaceAll('/', '_').replace(/^\./, '')}`)
  })
})
