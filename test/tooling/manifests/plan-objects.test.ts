import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ServiceDeclaration } from '../../../src/config/declaration.ts'
import type { Manifest } from '../../../tooling/plan/manifests/manifest.ts'
import { type ObjectInput, planObjects } from '../../../tooling/plan/plan-objects.ts'
import { checkFields } from '../../../tooling/plan/schema/check-fields.ts'
import {
  KUBERNETES_SCHEMA,
  type KubernetesSchema,
} from '../../../tooling/plan/schema/kubernetes-schema.ts'
import { toManifestsYaml } from '../../../tooling/report/manifest-yaml.ts'
import billing from '../../../examples/billing/service.ts'
import users from '../../../examples/users/service.ts'
import { inputOf, SETTINGS, WHOLE } from './cases.ts'
import { restrictedBreaches } from './restricted.ts'

/** A field that the oldest and the newest of three minors have, the one between them has as well: none ever comes back. */
const OLDEST = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/kubernetes/schema-1.34.json'), 'utf8'),
) as KubernetesSchema

const CASES: readonly (readonly [name: string, input: ObjectInput])[] = [
  ['billing', inputOf(billing)],
  ['users', inputOf(users, { environment: 'qa' })],
  ['whole', inputOf(WHOLE, { settings: SETTINGS, secretHash: '0123456789abcdef' })],
]

test.for(CASES)('the objects of %s are those on record', async ([name, input]) => {
  const { manifests, problems } = planObjects(input, [])
  expect(problems).toEqual([])
  await expect(toManifestsYaml(manifests)).toMatchFileSnapshot(`golden/${name}.yaml`)
})

test.for(CASES)('Kubernetes 1.34 to 1.36 accepts every object of %s', ([, input]) => {
  const { manifests } = planObjects(input, [])
  for (const schema of [OLDEST, KUBERNETES_SCHEMA]) {
    expect(manifests.flatMap((manifest) => checkFields(manifest, schema))).toEqual([])
  }
})

test.for(CASES)('Pod Security admits every pod of %s as restricted', ([, input]) => {
  expect(planObjects(input, []).manifests.flatMap(restrictedBreaches)).toEqual([])
})

test('a pod with more rights than restricted allows is told from one without', () => {
  const pod = { containers: [{ securityContext: { privileged: true } }], hostNetwork: true }
  const manifest = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec: pod }
  expect(restrictedBreaches(manifest)).toEqual([
    'host',
    'privileged',
    'allowPrivilegeEscalation',
    'runAsNonRoot',
    'capabilities.drop',
    'seccompProfile',
  ])
})

test('everything belongs to the namespace of the app and is labelled as its own', () => {
  for (const { kind, metadata } of manifestsOf(WHOLE)) {
    expect(metadata.namespace, kind).toBe(kind === 'Namespace' ? undefined : 'billing')
    expect(metadata.labels, kind).toMatchObject({
      'app.kubernetes.io/part-of': 'billing',
      'app.kubernetes.io/managed-by': 'kube',
    })
  }
})

test('the same input gives the same objects in the same order', () => {
  const twice = [1, 2].map(() => toManifestsYaml(manifestsOf(WHOLE)))
  expect(twice[0]).toBe(twice[1])
})

test('a fixed number of replicas is given; a range is left to the autoscaler', () => {
  const spec = (replicas: object | number): unknown =>
    specOf(manifestsOf({ processes: { web: { replicas: replicas as number } } }), 'Deployment')
  expect(spec(3)).toMatchObject({ replicas: 3 })
  expect(spec({ min: 2, max: 4 })).not.toHaveProperty('replicas')
})

test('a single pod has no disruption budget: it could never be moved', () => {
  const kinds = manifestsOf({ processes: { web: { replicas: 1 } } }).map(({ kind }) => kind)
  expect(kinds).not.toContain('PodDisruptionBudget')
})

test('a pod is not killed before the runtime has ended by its own budgets', () => {
  const pod = podOf(manifestsOf({ shutdown: { propagationSeconds: 20, drainSeconds: 60 } }))
  expect(pod.terminationGracePeriodSeconds).toBe(20 + 60 + 5 + 5 + 5)
})

test('a required variable that no ConfigMap holds comes from the Secret, by name', () => {
  const { env } = podOf(manifestsOf(WHOLE, { settings: SETTINGS })).containers[0]
  const named = env.filter(({ valueFrom }) => valueFrom?.secretKeyRef !== undefined)
  expect(named).toEqual([
    {
      name: 'DATABASE_URL',
      valueFrom: { secretKeyRef: { name: 'billing-env', key: 'DATABASE_URL' } },
    },
  ])
})

test('another value in the ConfigMap makes other pods', () => {
  const annotations = (variables: Record<string, string>): unknown =>
    (specOf(manifestsOf({}, { settings: { variables } }), 'Deployment') as PodOwner).template
      .metadata.annotations
  expect(annotations({ A: '1', B: '2' })).toEqual(annotations({ B: '2', A: '1' }))
  expect(annotations({ A: '1' })).not.toEqual(annotations({ A: '2' }))
})

test('an ingress is an HTTPRoute where the environment has a Gateway', () => {
  const gateway = { name: 'public', namespace: 'gateways', section: 'https' }
  const route = manifestsOf(
    { name: 'billing', ingress: true },
    { settings: { ingress: { domain: 'acme.example', gateway } } },
  ).find(({ kind }) => kind === 'HTTPRoute' || kind === 'Ingress')
  expect(route).toMatchObject({
    kind: 'HTTPRoute',
    spec: {
      hostnames: ['billing.acme.example'],
      parentRefs: [{ name: 'public', namespace: 'gateways', sectionName: 'https' }],
    },
  })
})

test('an ingress without a host anywhere is an error that names both places', () => {
  expect(() => manifestsOf({ name: 'billing', ingress: true })).toThrow(
    [
      'SERVICEX_INGRESS_HOST_MISSING  billing declares an ingress, and nothing says its host in production',
      '  the declaration has no ingress.hosts, and the environment no domain',
      '  fix: set environments.production.ingress.domain in package.json#servicex, or ingress.hosts in service.ts',
    ].join('\n'),
  )
})

test('an ingress for other environments only is none', () => {
  const kinds = manifestsOf(WHOLE, { environment: 'qa' }).map(({ kind }) => kind)
  expect(kinds).not.toContain('Ingress')
})

test('callers declared as none let nobody in but the app and the reader of metrics', () => {
  expect(specOf(manifestsOf({ callers: [] }), 'NetworkPolicy')).toHaveProperty('ingress', [
    { from: [{ podSelector: {} }] },
    { from: [{ namespaceSelector: {} }], ports: [{ port: 'admin', protocol: 'TCP' }] },
  ])
})

test('egress declared as none reaches name servers and declared services alone', () => {
  const policy = specOf(manifestsOf({ egress: [], uses: ['users'] }), 'NetworkPolicy')
  expect(JSON.stringify(policy)).not.toContain('ipBlock')
  expect(JSON.stringify(policy)).toContain('"kubernetes.io/metadata.name":"users"')
})

interface PodOwner {
  readonly template: {
    readonly metadata: { readonly annotations: unknown }
    readonly spec: Pod
  }
}

interface Pod {
  readonly terminationGracePeriodSeconds: number
  readonly containers: readonly [
    {
      readonly env: readonly {
        readonly name: string
        readonly valueFrom?: { readonly secretKeyRef?: object }
      }[]
    },
  ]
}

function manifestsOf(
  declaration: ServiceDeclaration,
  input: Partial<ObjectInput> = {},
): readonly Manifest[] {
  return planObjects(inputOf(declaration, input), []).manifests
}

function specOf(manifests: readonly Manifest[], kind: string): unknown {
  return manifests.find((manifest) => manifest.kind === kind)?.['spec']
}

function podOf(manifests: readonly Manifest[]): Pod {
  return (specOf(manifests, 'Deployment') as PodOwner).template.spec
}
