import { KUBERNETES_SCHEMA } from '../../../tooling/plan/schema/kubernetes-schema.ts'
import { toPluralName } from './plural.ts'

/** Kinds that are in no namespace. */
const CLUSTER_KINDS: ReadonlySet<string> = new Set([
  'ClusterRole',
  'ClusterRoleBinding',
  'IngressClass',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PriorityClass',
  'StorageClass',
])

const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'update']

/** What a client reads before anything else: which server, groups, versions and resources. Nothing for another path. */
export function discover(path: string): object | undefined {
  switch (path) {
    case '/version':
      return { major: '1', minor: '34', gitVersion: 'v1.34.0', platform: 'linux/amd64' }
    case '/api':
      return { kind: 'APIVersions', versions: ['v1'] }
    case '/apis':
      return { kind: 'APIGroupList', apiVersion: 'v1', groups: toGroups() }
    default:
      return toResources(path)
  }
}

/** Says what a list of a resource is called: `apps/v1` and `DeploymentList`. */
export function toListKind(path: string): { readonly apiVersion: string; readonly kind: string } {
  const resource = path.split('/').at(-1) ?? ''
  const name = kindNames().find((each) => toPluralName(each) === resource) ?? ''
  const [version, kind] = splitName(name)
  return { apiVersion: version, kind: `${kind}List` }
}

function toGroups(): object[] {
  const versions = new Set(kindNames().map((name) => splitName(name)[0]))
  return [...versions]
    .filter((version) => version.includes('/'))
    .map((groupVersion) => {
      const [name = '', version = ''] = groupVersion.split('/')
      return {
        name,
        versions: [{ groupVersion, version }],
        preferredVersion: { groupVersion, version },
      }
    })
}

function toResources(path: string): object | undefined {
  if (!/^\/(?:api|apis\/[^/]+)\/[^/]+$/.test(path)) return undefined
  const groupVersion = path.replace(/^\/apis?\//, '')
  const resources = kindNames()
    .map(splitName)
    .filter(([version]) => version === groupVersion)
    .map(([version, kind]) => ({
      name: toPluralName(`${version}/${kind}`),
      singularName: kind.toLowerCase(),
      namespaced: !CLUSTER_KINDS.has(kind),
      kind,
      verbs: VERBS,
    }))
  return resources.length === 0
    ? undefined
    : { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources }
}

function kindNames(): readonly string[] {
  return Object.keys(KUBERNETES_SCHEMA.kinds)
}

function splitName(name: string): [version: string, kind: string] {
  const at = name.lastIndexOf('/')
  return [name.slice(0, at), name.slice(at + 1)]
}
