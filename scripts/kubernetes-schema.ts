// Writes what fields Kubernetes' objects have, from the models of @kubernetes/client-node, which are made
// from Kubernetes' own OpenAPI: `node scripts/kubernetes-schema.ts <package folder> <file>`.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The objects a service may have, and those the tool reads; the model is `V1` and the kind unless named. */
const KINDS: Readonly<Record<string, string>> = {
  'v1/ConfigMap': '',
  'v1/Event': 'CoreV1Event',
  'v1/LimitRange': '',
  'v1/Namespace': '',
  'v1/Node': '',
  'v1/PersistentVolumeClaim': '',
  'v1/Pod': '',
  'v1/ResourceQuota': '',
  'v1/Secret': '',
  'v1/Service': '',
  'v1/ServiceAccount': '',
  'apps/v1/DaemonSet': '',
  'apps/v1/Deployment': '',
  'apps/v1/ReplicaSet': '',
  'apps/v1/StatefulSet': '',
  'autoscaling/v2/HorizontalPodAutoscaler': 'V2HorizontalPodAutoscaler',
  'batch/v1/CronJob': '',
  'batch/v1/Job': '',
  'coordination.k8s.io/v1/Lease': '',
  'networking.k8s.io/v1/Ingress': '',
  'networking.k8s.io/v1/NetworkPolicy': '',
  'policy/v1/PodDisruptionBudget': '',
  'rbac.authorization.k8s.io/v1/Role': '',
  'rbac.authorization.k8s.io/v1/RoleBinding': '',
}

/** Fields that hold quantities: a number stands for its text. The models say `string` of them. */
const QUANTITIES: ReadonlySet<string> = new Set([
  'requests',
  'limits',
  'hard',
  'used',
  'capacity',
  'allocatable',
  'overhead',
  'sizeLimit',
  'divisor',
  'averageValue',
  'value',
  'default',
  'defaultRequest',
  'max',
  'maxLimitRequestRatio',
  'min',
])

interface Attribute {
  readonly baseName: string
  readonly type: string
  readonly format: string
}

const [
  folder = 'node_modules/@kubernetes/client-node',
  file = 'tooling/plan/schema/kubernetes.json',
] = process.argv.slice(2)
const models = join(folder, 'dist/gen/models')
const types: Record<string, Record<string, string>> = {}
const kinds: Record<string, string> = {}
for (const [name, given] of Object.entries(KINDS)) {
  const model = given === '' ? `V1${name.split('/').at(-1) ?? ''}` : given
  kinds[name] = model
  addType(model)
}
const release = /OpenAPI spec version: (?:release-|v)(\d+\.\d+)/.exec(read('V1Pod', 'js'))?.[1]
const sorted = Object.fromEntries(Object.entries(types).toSorted(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(file, `${JSON.stringify({ release, kinds, types: sorted }, undefined, 1)}\n`)

function addType(model: string): void {
  if (model in types) return
  const fields: Record<string, string> = {}
  types[model] = fields
  const declared = read(model, 'd.ts')
  for (const attribute of readAttributes(model)) {
    const { baseName } = attribute
    const isRequired = new RegExp(`^ {4}'${escaped(baseName)}': `, 'm').test(declared)
    fields[isRequired ? `${baseName}!` : baseName] = toType(attribute, model)
  }
}

function readAttributes(model: string): readonly Attribute[] {
  const list = /\.attributeTypeMap = (\[[\s\S]*?\]);/.exec(read(model, 'js'))?.[1] ?? '[]'
  return JSON.parse(list) as readonly Attribute[]
}

/** `string`, `int`, `Model`, `Model[]`, `{Model}` for a map. */
function toType({ type, format, baseName }: Attribute, owner: string): string {
  const item = /^Array<(.+)>$/.exec(type)?.[1]
  if (item !== undefined) return `${toType({ type: item, format, baseName }, owner)}[]`
  const value = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1]
  if (value !== undefined) return `{${toType({ type: value, format, baseName }, owner)}}`
  if (type === 'string') return toTextType(baseName, owner)
  if (type === 'number') return format.startsWith('int') ? 'int' : 'number'
  if (type === 'IntOrString') return 'intOrString'
  if (type === 'Date' || type === 'V1MicroTime') return 'string'
  if (type === 'boolean' || type === 'any') return type
  addType(type)
  return type
}

function toTextType(baseName: string, owner: string): string {
  const isCompute = /Resource|LimitRange|EmptyDir|MetricTarget|PodSpec|NodeStatus|MetricValue/.test(
    owner,
  )
  return isCompute && QUANTITIES.has(baseName) ? 'quantity' : 'string'
}

function read(model: string, extension: string): string {
  return readFileSync(join(models, `${model}.${extension}`), 'utf8')
}

function escaped(name: string): string {
  return name.replaceAll('$', String.raw`\$`)
}
