import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Repository } from '../parse/repository.ts'
import { type Company, openCompany } from './company.ts'

const OVERRIDE = (note: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web, annotations: { note: ${note} } }\n`

let company: Company
let billing: Repository
let first: string
let second: string

beforeAll(async () => {
  company = await openCompany()
  billing = company.openApp('billing', {
    'service.ts': "export default { name: 'billing', processes: { web: { port: 8081 } } }\n",
    'kube/web.yaml': OVERRIDE('first'),
  })
  first = billing.git('rev-parse', 'HEAD')
  await build(billing)
  billing.write({ 'service.ts': 'throw new Error()', 'kube/web.yaml': OVERRIDE('second') })
  second = billing.commit()
}, 60_000)
afterAll(() => company.close())

async function build(repository: Repository): Promise<void> {
  const { exitCode, stderr } = await company.kube(repository.root, 'build')
  if (exitCode !== 0) throw new Error(stderr)
}

function deployed(app: string): { readonly metadata: object; readonly spec: unknown } {
  const path = `/apis/apps/v1/namespaces/${app}/deployments/web`
  return company.api.store.read(path) as never
}

test('a folder with nothing but settings deploys a commit as that commit declares itself', async () => {
  const folder = company.openFolder({ name: 'billing', servicex: company.settings() })
  const run = await company.kube(folder, 'prod', 'deploy', first)
  expect(run.stderr).toContain(`billing ${first.slice(0, 12)} deployed in production`)
  expect(run.exitCode).toBe(0)
  expect(deployed('billing')).toMatchObject({
    metadata: { annotations: { note: 'first' } },
    spec: { template: { spec: { containers: [{ ports: [{ containerPort: 8081 }, {}] }] } } },
  })
})

test('the working directory has no say in what a built commit is: not its service.ts, not its kube/', async () => {
  const { exitCode, stderr } = await company.kube(
    billing.root,
    'prod',
    'deploy',
    first,
    '--dry-run',
  )
  expect(stderr).not.toContain('warning: the image')
  expect(exitCode).toBe(0)
})

test('without a revision, --image says which commit it is; another one is refused', async () => {
  const folder = company.openFolder({ name: 'x', servicex: company.settings() })
  const image = ['--image', `${company.registry.host}/apps/billing:${first}`]
  expect(await company.kube(folder, 'qa', 'deploy', ...image, '--dry-run')).toMatchObject({
    exitCode: 0,
  })
  const other = await company.kube(folder, 'qa', 'deploy', second, ...image)
  expect(other.exitCode).toBe(3)
  expect(other.stderr).toContain(`is of the revision ${first}, not of ${second}`)
})

test('outside of a repository a part of a hash, a branch and HEAD say nothing', async () => {
  const folder = company.openFolder({ name: 'billing', servicex: company.settings() })
  for (const words of [[first.slice(0, 7)], ['main'], []]) {
    const { exitCode, stderr } = await company.kube(folder, 'prod', 'deploy', ...words)
    expect(exitCode).toBe(2)
    expect(stderr).toContain('fix: give all 40 digits of the commit, or --image')
  }
})

test('an app whose declaration names it otherwise than its package is found by that name', async () => {
  const name = "['bil', 'ling-two'].join('')"
  const files = { 'service.ts': `const name = ${name}\nexport default { name }\n` }
  const app = company.openApp('other', files)
  await build(app)
  const run = await company.kube(app.root, 'prod', 'deploy', '--dry-run')
  expect(run.stderr).toContain('/apps/billing-two@sha256:')
  expect(run.exitCode).toBe(0)
})

test('a registry, a cluster and a commit are enough: a folder may hold nothing', async () => {
  const image = ['--image', `${company.registry.host}/apps/billing:${first}`]
  const words = ['prod', 'deploy', first, ...image, '--context', 'acme', '--dry-run']
  const run = await company.kube(company.openFolder(undefined), ...words)
  expect(run.stderr).toContain('objects are accepted')
  expect(run.exitCode).toBe(0)
})

test('an image that kube build did not make needs the declaration of the folder, and is told so', async () => {
  const folder = company.openFolder({ name: 'base', servicex: company.settings() })
  const image = ['--image', `${company.registry.host}/base/node:24-slim`]
  const sha = '0'.repeat(40)
  const none = await company.kube(folder, 'qa', 'deploy', sha, ...image, '--dry-run')
  expect(none.exitCode).toBe(2)
  expect(none.stderr).toContain('SERVICEX_DECLARATION_MISSING  nothing says what')
  const shop = company.openApp('shop')
  const own = await company.kube(shop.root, 'qa', 'deploy', sha, ...image, '--dry-run')
  expect(own.stderr).toContain('warning: kube build did not make the image: service.ts and kube/')
})

test('a declaration that is not the one the labels say is refused', async () => {
  const { blobs, manifests } = company.registry
  const key = `apps/billing/${first}`
  const { bytes, mediaType } = manifests.get(key) ?? expect.fail()
  const manifest = JSON.parse(bytes.toString()) as { config: { digest: string } }
  const config = blobs.get(`apps/billing/${manifest.config.digest}`) ?? expect.fail()
  const forged = config.toString().replace(/("dev.servicex.record.digest":"sha256:)..../, '$10000')
  const { createHash } = await import('node:crypto')
  const digest = `sha256:${createHash('sha256').update(forged).digest('hex')}`
  blobs.set(`apps/billing/${digest}`, Buffer.from(forged))
  const swapped = { ...manifest, config: { ...manifest.config, digest } }
  manifests.set('apps/billing/forged', {
    bytes: Buffer.from(JSON.stringify(swapped)),
    mediaType,
  })
  const folder = company.openFolder({ name: 'billing', servicex: company.settings() })
  const image = `${company.registry.host}/apps/billing:forged`
  const { exitCode, stderr } = await company.kube(folder, 'qa', 'deploy', '--image', image)
  expect(exitCode).toBe(1)
  expect(stderr).toContain('.servicex/record.json has another digest')
})

test('the exceptions of the commit are told of at every deploy; one that has ended stops it and names its owner', async () => {
  const exception = {
    rule: 'one-logger',
    reason: 'the import job moves to the new parser',
    owner: 'ann',
    until: new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10),
  }
  const files = { 'src/job.js': "console.log('x')\n" }
  const shop = company.openApp('till', files, { exceptions: [exception] })
  await build(shop)
  const folder = company.openFolder({ name: 'till', servicex: company.settings() })
  const held = await company.kube(
    folder,
    'prod',
    'deploy',
    shop.git('rev-parse', 'HEAD'),
    '--dry-run',
  )
  expect(held.exitCode).toBe(0)
  expect(held.stderr).toContain(
    `exception one-logger until ${exception.until}, 5 days left — ann: the import job`,
  )
  const ended = { ...exception, until: '2026-01-31' }
  const late = company.openApp('late', files, { exceptions: [ended] })
  const refused = await company.kube(late.root, 'build')
  expect(refused.exitCode).toBe(3)
  expect(refused.stderr).toContain(
    'one-logger  package.json  the exception of ann ended on 2026-01-31',
  )
  expect(company.registry.manifests.has(`apps/late/${late.git('rev-parse', 'HEAD')}`)).toBe(false)
})

test('what an environment allows does not stop a deploy to it: severities are of the environment', async () => {
  const app = company.openApp('chatty', { 'src/job.js': "console.log('x')\n" })
  await build(app)
  const folder = company.openFolder({
    name: 'chatty',
    servicex: company.settings({
      environments: { production: { context: 'acme' }, sandbox: { context: 'acme' } },
    }),
  })
  const sha = app.git('rev-parse', 'HEAD')
  const strict = await company.kube(folder, 'prod', 'deploy', sha)
  expect(strict.exitCode).toBe(3)
  expect(strict.stderr).toContain('one-logger  src/job.js:1  calls console.log — fix:')
  const lines = (await company.kube(folder, 'prod', 'deploy', sha, '--json')).stdout
    .trim()
    .split('\n')
  expect(lines.slice(-2).map((line) => JSON.parse(line) as unknown)).toEqual([
    { type: 'refused', findings: [expect.stringContaining('one-logger  src/job.js:1')] },
    expect.objectContaining({ type: 'error', exitCode: 3 }),
  ])
  const mild = await company.kube(folder, 'sandbox', 'deploy', sha, '--dry-run')
  expect(mild.exitCode).toBe(0)
  expect(mild.stderr).toContain('warning: one-logger  src/job.js:1')
})

test('files of kube/ that no environment could use are refused before the push; what is wrong in one is told', async () => {
  const wrong =
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replica: 2 }\n'
  const app = company.openApp('typo', { 'kube/qa/web.yaml': wrong })
  const told = await company.kube(app.root, 'build', '--dry-run')
  expect(told).toMatchObject({ exitCode: 0 })
  expect(told.stderr).toContain('warning: in qa: kube/qa/web.yaml:1  Deployment/web: spec.replica')
  app.write({ 'kube/web.yaml': wrong })
  app.commit()
  const refused = await company.kube(app.root, 'build')
  expect(refused.exitCode).toBe(3)
  expect(refused.stderr).toContain(
    'in production: kube/web.yaml:1  Deployment/web: spec.replica is no field',
  )
})
