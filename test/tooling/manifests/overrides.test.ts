import { expect, test } from 'vitest'
import type { Manifest } from '../../../tooling/plan/manifests/manifest.ts'
import { planObjects } from '../../../tooling/plan/plan-objects.ts'
import { parseYamlDocuments } from '../../../tooling/parse/yaml-documents.ts'
import type { OverriddenManifests } from '../../../tooling/plan/overrides/apply-overrides.ts'
import billing from '../../../examples/billing/service.ts'
import { inputOf } from './cases.ts'

function plan(yaml: string, declaration = billing): OverriddenManifests {
  const overrides = parseYamlDocuments(yaml).map((document) => ({
    place: `kube/a.yaml:${document.line}`,
    value: document.kind === 'value' ? document.value : undefined,
  }))
  return planObjects(inputOf(declaration), overrides)
}

function planned(yaml: string, kind = 'Deployment', name = 'web'): Manifest | undefined {
  const { manifests, problems } = plan(yaml)
  expect(problems).toEqual([])
  return manifests.find((object) => object.kind === kind && object.metadata.name === name)
}

function deployment(spec: string): string {
  return `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: ${spec}`
}

function container(fields: string): string {
  return deployment(`{ template: { spec: { containers: [{ name: web, ${fields} }] } } }`)
}

function containerOf(
  manifest: Manifest | undefined,
): Record<string, never> & { env: { name: string }[] } {
  const spec = manifest?.['spec'] as { template: { spec: { containers: [never] } } }
  return spec.template.spec.containers[0]
}

test('a file with the kind and name of a derived object is merged over it', () => {
  const merged = planned(deployment('{ minReadySeconds: 30 }'))
  expect(merged?.['spec']).toMatchObject({ minReadySeconds: 30, replicas: 2 })
})

test('containers and their ports are merged by name, and their other fields stay', () => {
  const merged = containerOf(
    planned(container('ports: [{ name: http, hostPort: 80 }], resources: { limits: { cpu: 1 } }')),
  )
  expect(merged).toMatchObject({
    name: 'web',
    readinessProbe: { httpGet: { path: '/readyz' } },
    resources: { requests: { memory: '256Mi' }, limits: { cpu: 1, memory: '512Mi' } },
    ports: [{ name: 'http', containerPort: 8080, hostPort: 80 }, { name: 'admin' }],
  })
})

test('a variable is replaced as a whole: it has one source', () => {
  const { env } = containerOf(planned(container('env: [{ name: USERS_URL, value: "http://u" }]')))
  expect(env.find(({ name }) => name === 'USERS_URL')).toEqual({
    name: 'USERS_URL',
    value: 'http://u',
  })
  expect(env.map(({ name }) => name)).toContain('PORT')
})

test('a volume mounted twice is mounted twice', () => {
  const mounts =
    'volumeMounts: [{ name: tmp, mountPath: /tmp }, { name: tmp, mountPath: /var/run }]'
  expect(containerOf(planned(container(mounts)))).toHaveProperty('volumeMounts', [
    { name: 'tmp', mountPath: '/tmp' },
    { name: 'tmp', mountPath: '/var/run' },
  ])
})

test('another kind of probe takes the place of the derived one', () => {
  const { livenessProbe } = containerOf(
    planned(container('livenessProbe: { tcpSocket: { port: http } }')),
  )
  expect(livenessProbe).toEqual({
    tcpSocket: { port: 'http' },
    failureThreshold: 3,
    periodSeconds: 10,
    timeoutSeconds: 5,
  })
})

test('a Deployment that recreates its pods has no budgets for rolling them', () => {
  const merged = planned(deployment('{ strategy: { type: Recreate } }'))
  expect(merged?.['spec']).toHaveProperty('strategy', { type: 'Recreate' })
})

test('null removes a field, `$patch: delete` an element or an object, `$patch: replace` replaces', () => {
  const merged = containerOf(
    planned(
      container(
        'startupProbe: null, env: [{ name: PORT, $patch: delete }], resources: { $patch: replace, limits: { memory: 1Gi } }',
      ),
    ),
  )
  expect(merged).not.toHaveProperty('startupProbe')
  expect(merged.env.map(({ name }) => name)).not.toContain('PORT')
  expect(merged['resources']).toEqual({ limits: { memory: '1Gi' } })
  const gone = plan(
    'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: billing }\n$patch: delete',
  )
  expect(gone.manifests.map(({ kind }) => kind)).not.toContain('NetworkPolicy')
})

test("an object that is not derived is added to the namespace, and is known as the app's", () => {
  const added = planned(
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: rates, labels: { team: money } }\ndata: { a: b }',
    'ConfigMap',
    'rates',
  )
  expect(added?.metadata).toEqual({
    name: 'rates',
    namespace: 'billing',
    labels: {
      'app.kubernetes.io/name': 'billing',
      'app.kubernetes.io/part-of': 'billing',
      'app.kubernetes.io/managed-by': 'kube',
      team: 'money',
    },
  })
})

test('an autoscaler in kube/ takes the replicas from its Deployment', () => {
  const { manifests } = plan(
    'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: any }\nspec: { maxReplicas: 9, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web } }\n---\n' +
      deployment('{ replicas: 7 }'),
  )
  const web = manifests.find(({ kind }) => kind === 'Deployment')
  expect(web?.['spec']).not.toHaveProperty('replicas')
})

test('a Deployment or CronJob without an image runs the app, as every process does', () => {
  const worker = planned(
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: mailer }\nspec: { template: { spec: { containers: [{ name: mailer, command: [node, mailer.js] }] } } }',
    'Deployment',
    'mailer',
  )
  expect(containerOf(worker)).toMatchObject({
    image: expect.stringContaining('billing@sha256:') as unknown,
    command: ['node', 'mailer.js'],
    securityContext: { readOnlyRootFilesystem: true },
  })
  expect(containerOf(worker).env.map(({ name }) => name)).not.toContain('SERVICEX_PROCESS')
})

test('a Deployment with an image of its own stays as it is written', () => {
  const cache = planned(
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: cache }\nspec: { selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b } }, spec: { containers: [{ name: cache, image: redis }] } } }',
    'Deployment',
    'cache',
  )
  expect(containerOf(cache)).toEqual({ name: 'cache', image: 'redis' })
})

test('variables of the ConfigMap in kube/ are not asked of the Secret', () => {
  const yaml =
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: billing-config }\ndata: { USERS_URL: http://web.users }'
  const names = containerOf(planned(yaml)).env.map(({ name }) => name)
  expect(names).not.toContain('USERS_URL')
})

const REFUSED: readonly (readonly [what: string, yaml: string, problem: string])[] = [
  [
    'an unknown field',
    container('imagePullPolcy: Always'),
    'kube/a.yaml:1  Deployment/web: spec.template.spec.containers[0].imagePullPolcy is no field of Container — did you mean imagePullPolicy?',
  ],
  [
    'a boolean for a text',
    container('env: [{ name: COUNTRY, value: no }]'),
    'kube/a.yaml:1  Deployment/web: spec.template.spec.containers[0].env[11].value is a boolean — expected text',
  ],
  [
    'a version that is gone',
    'apiVersion: autoscaling/v2beta2\nkind: HorizontalPodAutoscaler\nmetadata: { name: web }',
    'kube/a.yaml:1  Kubernetes 1.36 has no autoscaling/v2beta2/HorizontalPodAutoscaler — did you mean autoscaling/v2/HorizontalPodAutoscaler?',
  ],
  [
    'a misspelt kind',
    'apiVersion: apps/v1\nkind: Deploymnet\nmetadata: { name: web }',
    'kube/a.yaml:1  Kubernetes 1.36 has no apps/v1/Deploymnet — did you mean apps/v1/Deployment?',
  ],
  [
    'another namespace',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x, namespace: kube-system }',
    'kube/a.yaml:1  ConfigMap/x is in the namespace "kube-system" — expected billing, or none',
  ],
  [
    'the namespace of another',
    'apiVersion: v1\nkind: Namespace\nmetadata: { name: kube-system }',
    "kube/a.yaml:1  Namespace kube-system is not this app's — expected billing",
  ],
  [
    'rights in the cluster',
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: x }',
    'kube/a.yaml:1  ClusterRole belongs to the cluster, not to one app',
  ],
  [
    'a Secret with values',
    'apiVersion: v1\nkind: Secret\nmetadata: { name: x }\nstringData: { PASSWORD: hunter2 }',
    'kube/a.yaml:1  Secret/x holds values, and a repository is no place for them: use `kube <env> env set`, or an ExternalSecret or SealedSecret',
  ],
  ['no kind', 'apiVersion: v1\nmetadata: { name: x }', 'kube/a.yaml:1  has no kind'],
  ['no name', 'apiVersion: v1\nkind: ConfigMap', 'kube/a.yaml:1  has no metadata.name'],
  [
    'a name that is no text',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: 7 }',
    'kube/a.yaml:1  has no metadata.name',
  ],
  ['a list', '- 1', 'kube/a.yaml:1  is no object — expected apiVersion, kind and metadata.name'],
]

test.for(REFUSED)('%s in kube/ is refused with its place', ([, yaml, problem]) => {
  expect(plan(yaml).problems).toEqual([problem])
})

test('a Secret without values, for a controller to fill in, is accepted', () => {
  expect(plan('apiVersion: v1\nkind: Secret\nmetadata: { name: x }').problems).toEqual([])
})

test('a custom resource is taken as it is', () => {
  const yaml =
    'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: { name: billing-env }\nspec: { anything: [1] }'
  expect(planned(yaml, 'ExternalSecret', 'billing-env')?.['spec']).toEqual({ anything: [1] })
})
