import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkFields } from '../../../tooling/plan/schema/check-fields.ts'
import { KUBERNETES_SCHEMA } from '../../../tooling/plan/schema/kubernetes-schema.ts'

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', labels: { any: 'x' } },
  spec: {
    containers: [
      {
        name: 'web',
        image: 'x',
        resources: { requests: { cpu: 1, memory: '1.5Gi' } },
        livenessProbe: { httpGet: { port: 'admin', path: '/livez' }, periodSeconds: 10 },
        env: [{ name: 'A', value: 'b' }],
      },
    ],
  },
}

test('an object that Kubernetes accepts has no findings', () => {
  expect(checkFields(POD, KUBERNETES_SCHEMA)).toEqual([])
})

const WRONG: readonly (readonly [change: object, finding: string])[] = [
  [
    { imagePullPolcy: 'Always' },
    'spec.containers[0].imagePullPolcy is no field of Container — did you mean imagePullPolicy?',
  ],
  [
    { livenesProbe: {} },
    'spec.containers[0].livenesProbe is no field of Container — did you mean livenessProbe?',
  ],
  [{ qqqq: 1 }, 'spec.containers[0].qqqq is no field of Container'],
  [{ constructor: {} }, 'spec.containers[0].constructor is no field of Container'],
  [{ name: 7 }, 'spec.containers[0].name is 7 — expected text'],
  [{ name: undefined }, 'spec.containers[0].name is missing'],
  [{ stdin: 'yes' }, 'spec.containers[0].stdin is "yes" — expected true or false'],
  [{ env: { A: 'b' } }, 'spec.containers[0].env is an object — expected a list'],
  [
    { env: [{ name: 'A', value: 8080 }] },
    'spec.containers[0].env[0].value is a number — expected text',
  ],
  [{ env: ['A=b'] }, 'spec.containers[0].env[0] is "A=b" — expected an object'],
  [
    { resources: { limits: { cpu: 'one' } } },
    'spec.containers[0].resources.limits.cpu is "one" — expected a quantity, as 250m or 256Mi',
  ],
  [{ resources: [] }, 'spec.containers[0].resources is a list — expected an object'],
  [
    { ports: [{ containerPort: '80' }] },
    'spec.containers[0].ports[0].containerPort is "80" — expected a whole number',
  ],
  [
    { livenessProbe: { httpGet: { port: true } } },
    'spec.containers[0].livenessProbe.httpGet.port is true — expected a whole number or text',
  ],
]

test.for(WRONG)('%j is found with its path: %s', ([change, finding]) => {
  const [container] = POD.spec.containers
  const pod = { ...POD, spec: { containers: [{ ...container, ...change }] } }
  expect(checkFields(pod, KUBERNETES_SCHEMA)).toEqual([finding])
})

test("a Secret's values are not shown", () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', stringData: { PIN: 4711 }, data: 'hunter2' }
  expect(checkFields(secret, KUBERNETES_SCHEMA)).toEqual([
    'stringData.PIN is a number — expected text',
    'data is a string — expected an object',
  ])
})

test('a custom resource is not judged', () => {
  const object = { apiVersion: 'example.com/v1', kind: 'Thing', anything: { goes: [1] } }
  expect(checkFields(object, KUBERNETES_SCHEMA)).toEqual([])
})

test('the schema is of the newest release of Kubernetes that the cluster client knows', () => {
  const model = join(
    import.meta.dirname,
    '../../../node_modules/@kubernetes/client-node/dist/gen/models/V1Pod.js',
  )
  expect(readFileSync(model, 'utf8')).toContain(`release-${KUBERNETES_SCHEMA.release}`)
})
