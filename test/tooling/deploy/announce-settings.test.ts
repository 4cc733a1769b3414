import { afterEach, beforeEach, expect, test } from 'vitest'
import { toAnnounceTargets } from '../../../tooling/parse/announce-targets.ts'
import { openImageRepository } from './image-repository.ts'
import { openStage, type Stage } from './stage.ts'

const TOKEN = 'sentinel-token'

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

const sentry = { organization: 'acme' }

test.for([
  {
    name: 'a token is read from the variable that the convention names',
    settings: { sentry },
    env: { SENTRY_AUTH_TOKEN: ` ${TOKEN}\n` },
    targets: {
      problems: [],
      sentry: { ...sentry, url: 'https://sentry.io', project: 'users', token: TOKEN },
    },
  },
  {
    name: 'a token that is not there is a problem',
    settings: { sentry: { ...sentry, tokenVariable: 'MY_TOKEN' } },
    env: {},
    targets: { problems: ['MY_TOKEN is not set: Sentry is not told of the deploy'] },
  },
  {
    name: 'an address is read from the variable that is named',
    settings: { webhook: { urlVariable: 'HOOK' } },
    env: { HOOK: 'https://hooks.acme.example/secret' },
    targets: { problems: [], webhookUrl: 'https://hooks.acme.example/secret' },
  },
  {
    name: 'an address that others could read on the way is a problem, and is not shown',
    settings: { webhook: { urlVariable: 'HOOK' } },
    env: { HOOK: 'http://hooks.acme.example/secret' },
    targets: {
      problems: [
        'HOOK (32 characters, not shown) is no address of https: the webhook is not told of the deploy',
      ],
    },
  },
])('$name', ({ env, settings, targets }) => {
  expect(toAnnounceTargets(settings, 'users', env)).toEqual(targets)
})

test.for([
  { sentry: { organization: 'acme', url: 'http://sentry.acme.example' } },
  { sentry: { organization: 'acme', tokenVariable: 'sntryu_5e7' } },
  { sentry: { organization: '../other' } },
  { webhook: { url: 'file:///etc/passwd' } },
  { webhook: {} },
  { webhook: { url: 'https://a.example', urlVariable: 'B' } },
])('what is wrong is told before anything is asked: %j', async (announce) => {
  const repository = await openImageRepository(stage, { settings: { announce } })
  try {
    const { exitCode, stderr } = await repository.kube('prod', 'status')
    expect(exitCode).toBe(2)
    expect(stderr).toContain('SERVICEX_SETTINGS_INVALID')
    expect(stderr).toContain('announce')
    expect(stderr).not.toContain('sntryu_5e7')
    expect(stage.api.calls).toEqual([])
  } finally {
    await repository.close()
  }
})
