import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { parseYamlDocuments } from '../../tooling/parse/yaml-documents.ts'
import type { Manifest } from '../../tooling/plan/manifests/manifest.ts'
import { openRepository, type Repository } from './parse/repository.ts'
import { runKube } from './run-kube.ts'

let repository: Repository | undefined
afterEach(() => repository?.close())

const FILES = {
  'package.json': JSON.stringify({
    name: '@acme/billing',
    type: 'module',
    servicex: {
      registry: 'registry.acme.example/apps',
      environments: {
        production: { context: 'acme-production', ingress: { domain: 'acme.example' } },
        qa: { context: 'acme-qa', variables: { LOG_LEVEL: 'debug' } },
      },
    },
  }),
  'service.ts': `export default { uses: ['users'] }`,
}

function open(files: Readonly<Record<string, string>> = {}): Repository {
  repository = openRepository({ ...FILES, ...files })
  repository.commit()
  return repository
}

function objectsIn(yaml: string): Manifest[] {
  return parseYamlDocuments(yaml).map((document) =>
    document.kind === 'value' ? (document.value as Manifest) : expect.fail(document.problem),
  )
}

test('kube generate prints every object of production, with the image of the commit', async () => {
  const own = open()
  const { exitCode, stdout, stderr } = await runKube(['generate'], { cwd: own.root })
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  const revision = own.git('rev-parse', 'HEAD')
  expect(stdout).toContain(`image: "registry.acme.example/apps/billing:${revision}"`)
  expect(objectsIn(stdout).map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual([
    'Namespace/billing',
    'ConfigMap/kube-client-users',
    'ServiceAccount/billing',
    'NetworkPolicy/billing',
    'Service/web',
    'Service/web-pods',
    'Deployment/web',
    'PodDisruptionBudget/web',
  ])
})

test('whoever applies them by GitOps leaves what a deploy leaves: who is called, and what is permitted until when', async () => {
  const exception = {
    rule: 'one-logger',
    reason: 'The import job moves to our log',
    owner: 'ann',
    until: '2027-01-01',
  }
  const packageJson = JSON.parse(FILES['package.json']) as { servicex: object }
  const servicex = { ...packageJson.servicex, exceptions: [exception] }
  const own = open({ 'package.json': JSON.stringify({ ...packageJson, servicex }) })
  const { stdout } = await runKube(['generate'], { cwd: own.root })
  const revision = own.git('rev-parse', 'HEAD')
  expect(objectsIn(stdout).filter(({ kind }) => kind === 'ConfigMap')).toMatchObject([
    {
      metadata: {
        name: 'kube-client-users',
        namespace: 'billing',
        labels: { 'servicex.dev/calls': 'users', 'app.kubernetes.io/version': revision },
      },
    },
    { metadata: { name: 'kube-exceptions' }, data: { exceptions: JSON.stringify([exception]) } },
  ])
})

test('the environment may stand before the command or after it, and has its own variables', async () => {
  const { root } = open()
  const before = await runKube(['qa', 'generate'], { cwd: root })
  const after = await runKube(['generate', 'qa'], { cwd: root })
  expect(before).toEqual(after)
  expect(before.stdout).toContain('LOG_LEVEL: debug')
})

test('--json prints the objects as data', async () => {
  const { root } = open()
  const { stdout } = await runKube(
    ['generate', '--json', '--image', 'r/billing@sha256:1', '--revision', 'abc'],
    { cwd: root },
  )
  const plan = JSON.parse(stdout) as { manifests: Manifest[] }
  expect(plan).toMatchObject({
    app: 'billing',
    environment: 'production',
    revision: 'abc',
    image: 'r/billing@sha256:1',
  })
  expect(plan.manifests).toHaveLength(8)
})

test('--out writes a file an object, and removes its own that are no more; foreign files stay', async () => {
  const own = open({ 'deploy/own.yaml': '# mine\n' })
  const { root } = own
  const out = ['generate', '--out', 'deploy']
  const first = await runKube(out, { cwd: root })
  expect(first.stderr).toBe('wrote 8 files to deploy\n')
  own.write({ 'service.ts': `export default { processes: { web: { replicas: 1 } } }` })
  const second = await runKube(out, { cwd: root })
  expect(second.stderr).toBe(
    'wrote 6 files to deploy, removed configmap-kube-client-users.yaml, poddisruptionbudget-web.yaml\n',
  )
  expect(readdirSync(join(root, 'deploy')).toSorted()).toEqual([
    'deployment-web.yaml',
    'namespace-billing.yaml',
    'networkpolicy-billing.yaml',
    'own.yaml',
    'service-web-pods.yaml',
    'service-web.yaml',
    'serviceaccount-billing.yaml',
  ])
})

test('files of kube/ are for every environment, those of kube/prod for production', async () => {
  const scale = (replicas: number): string =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: ${replicas} }`
  const { root } = open({ 'kube/web.yaml': scale(3), 'kube/prod/web.yml': scale(5) })
  const replicas = async (environment: string): Promise<unknown> => {
    const { stdout } = await runKube([environment, 'generate'], { cwd: root })
    return objectsIn(stdout).find(({ kind }) => kind === 'Deployment')?.['spec']
  }
  expect(await replicas('qa')).toMatchObject({ replicas: 3 })
  expect(await replicas('prod')).toMatchObject({ replicas: 5 })
})

test('everything that is wrong in kube/ is said at once, with its place', async () => {
  const { root } = open({
    'kube/a.yaml':
      '\n\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replcas: 3 }',
    'kube/b.yaml': 'a: [',
    'kube/qa/c.yaml': 'not: looked at',
  })
  const { exitCode, stdout, stderr } = await runKube(['generate'], { cwd: root })
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toContain('SERVICEX_OVERRIDE_INVALID  kube/ has 2 problems\n')
  expect(stderr).toContain(
    '  kube/a.yaml:3  Deployment/web: spec.replcas is no field of DeploymentSpec — did you mean replicas?',
  )
  expect(stderr).toContain('  kube/b.yaml:1  Flow sequence')
})

test('an environment that the settings do not have is refused, with the nearest', async () => {
  const { root } = open()
  const { exitCode, stderr } = await runKube(['prdouction', 'generate'], { cwd: root })
  expect(exitCode).toBe(2)
  expect(stderr).toContain('there is no environment "prdouction" — did you mean "production"?')
})

const SCAFFOLDS = ['autoscale', 'cronjob', 'worker', 'ingress', 'dashboard', 'alerts']

test.for(SCAFFOLDS)(
  'kube generate %s writes a file that the next generate takes in',
  async (name) => {
    const { root } = open()
    const { exitCode, stdout } = await runKube(['generate', name], { cwd: root })
    expect(exitCode).toBe(0)
    const path = stdout.trim()
    const text = readFileSync(join(root, path), 'utf8')
    expect(text).toMatch(/^# \S/)
    await expect(text).toMatchFileSnapshot(`manifests/golden/${path}`)
    const added = objectsIn(text)
    const generated = await runKube(['generate'], { cwd: root })
    expect(generated.stderr).toBe('')
    const kinds = objectsIn(generated.stdout).map(
      ({ kind, metadata }) => `${kind}/${metadata.name}`,
    )
    expect(kinds).toEqual(
      expect.arrayContaining(added.map(({ kind, metadata }) => `${kind}/${metadata.name}`)),
    )
  },
)

test('a scaffold for one environment goes into its folder; one that is there is left alone', async () => {
  const { root } = open()
  const call = ['qa', 'generate', 'autoscale', '--min', '3', '--max', '9']
  const first = await runKube(call, { cwd: root })
  expect(first.stdout).toBe('kube/qa/autoscale-web.yaml\n')
  const second = await runKube(call, { cwd: root })
  expect(second).toMatchObject({ exitCode: 2, stdout: '' })
  expect(second.stderr).toContain('SERVICEX_FILE_EXISTS')
  expect(await runKube([...call, '--force'], { cwd: root })).toMatchObject({ exitCode: 0 })
})

const WRONG: readonly (readonly [argv: readonly string[], words: string])[] = [
  [['generate', 'worker', '../x'], '"../x" can name no object'],
  [['generate', 'worker', 'a', 'b'], '"b" is one word too many'],
  [['generate', 'qa', 'prod'], '"prod" is one word too many'],
  [['generate', 'autoscale', '--min', 'many'], '--min is no whole number above 0'],
  [['generate', 'autoscale', '--min', '9', '--max', '2'], '--min 9 is more than --max 2'],
  [['generate', '--revision', '--output=x'], 'SERVICEX_GIT'],
]

test.for(WRONG)('kube %j is refused, and nothing is written', async ([argv, words]) => {
  const { root } = open()
  const { exitCode, stderr } = await runKube(argv, { cwd: root })
  expect({ exitCode, hasFolder: existsSync(join(root, 'kube')) }).toEqual({
    exitCode: 2,
    hasFolder: false,
  })
  expect(stderr).toContain(words)
})
