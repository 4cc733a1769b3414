import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openClusterClient } from '../../../tooling/apply/cluster/cluster-client.ts'
import { readClusterAccess } from '../../../tooling/parse/kubeconfig/read-cluster-access.ts'
import { type FakeApiServer, openApiServer } from '../../fakes/kubernetes/api-server.ts'

let folder: string
let api: FakeApiServer
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'servicex-kubeconfig-'))
  api = await openApiServer()
})
afterEach(async () => {
  await api.close()
  await rm(folder, { recursive: true })
})

async function write(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

function config(user: string, more = ''): string {
  return `current-context: wrong
contexts: [{ name: acme, context: { cluster: c, user: u } }, { name: wrong, context: { cluster: none, user: u } }]
clusters: [{ name: c, cluster: { server: '${api.url}'${more} } }]
users: [{ name: u, user: ${user} }]
`
}

/** Asks for kube-system; gives the Authorization that was sent. */
async function ask(path: string, env: Record<string, string> = {}): Promise<string | undefined> {
  const access = await readClusterAccess('acme', { KUBECONFIG: path })
  const client = openClusterClient(access, {
    env: { PATH: process.env['PATH'], ...env },
    proxy: {},
  })
  await client.json({ method: 'GET', path: '/api/v1/namespaces/kube-system' })
  client.close()
  return api.calls.at(-1)?.authorization
}

test('a token of the kubeconfig is sent', async () => {
  expect(await ask(await write('config', config('{ token: abc }')))).toBe('Bearer abc')
})

test('a token file is read from where the kubeconfig is, anew for each request', async () => {
  await write('token', 'from-file\n')
  expect(await ask(await write('config', config('{ tokenFile: token }')))).toBe('Bearer from-file')
})

test('a name and a password are sent', async () => {
  const path = await write('config', config('{ username: ann, password: pw }'))
  expect(await ask(path)).toBe(`Basic ${Buffer.from('ann:pw').toString('base64')}`)
})

test('a credential plugin is told of the cluster, and runs once for many requests', async () => {
  const plugin = await write(
    'plugin.sh',
    `#!/bin/sh\necho run >> '${folder}/runs'\nprintf '%s' "$KUBERNETES_EXEC_INFO" > '${folder}/info'\necho '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"'"$GIVEN"'"}}'\n`,
  )
  await chmod(plugin, 0o755)
  const user =
    '{ exec: { apiVersion: client.authentication.k8s.io/v1, command: ./plugin.sh, env: [{ name: GIVEN, value: from-plugin }], interactiveMode: Never, provideClusterInfo: true } }'
  const access = await readClusterAccess('acme', {
    KUBECONFIG: await write('config', config(user)),
  })
  const client = openClusterClient(access, { env: { PATH: process.env['PATH'] }, proxy: {} })
  const get = { method: 'GET', path: '/api/v1/namespaces/kube-system' }
  await client.json(get)
  await client.json(get)
  client.close()
  expect(api.calls.map(({ authorization }) => authorization)).toEqual([
    'Bearer from-plugin',
    'Bearer from-plugin',
  ])
  const { readFile } = await import('node:fs/promises')
  expect(await readFile(join(folder, 'runs'), 'utf8')).toBe('run\n')
  expect(JSON.parse(await readFile(join(folder, 'info'), 'utf8'))).toEqual({
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: { interactive: false, cluster: { server: api.url } },
  })
})

test('a plugin whose credential is refused runs again, once', async () => {
  const plugin = await write(
    'plugin.sh',
    `#!/bin/sh\necho run >> '${folder}/runs'\necho '{"status":{"token":"t'$(wc -l < '${folder}/runs' | tr -d ' ')'"}}'\n`,
  )
  await chmod(plugin, 0o755)
  api.fault = ({ authorization }) =>
    authorization === 'Bearer t1' ? { kind: 'status', status: 401 } : undefined
  const user = '{ exec: { apiVersion: client.authentication.k8s.io/v1, command: ./plugin.sh } }'
  expect(await ask(await write('config', config(user)))).toBe('Bearer t2')
})

const PLUGINS: readonly (readonly [what: string, user: string, message: string])[] = [
  [
    'is not there',
    '{ exec: { apiVersion: v1, command: no-such-plugin, installHint: get it from IT } }',
    'the credential plugin no-such-plugin cannot be started',
  ],
  [
    'fails',
    '{ exec: { apiVersion: v1, command: "false" } }',
    'the credential plugin false ended with 1',
  ],
  [
    'says nothing',
    '{ exec: { apiVersion: v1, command: "true" } }',
    'the credential plugin true gave no JSON',
  ],
  [
    'gives no credential',
    '{ exec: { apiVersion: v1, command: echo, args: ["{}"] } }',
    'gave neither a token nor a certificate',
  ],
]

test.for(PLUGINS)('a plugin that %s is an error in words', async ([, user, message]) => {
  const path = await write('config', config(user))
  await expect(ask(path)).rejects.toThrow(message)
})

test('several files are one kubeconfig, of which the first wins', async () => {
  const one = await write('one', `users: [{ name: u, user: { token: first } }]`)
  const two = await write('two', config('{ token: second }'))
  const path = [one, join(folder, 'not-there'), two].join(delimiter)
  expect(await ask(path)).toBe('Bearer first')
})

const REFUSED: readonly (readonly [
  what: string,
  context: string,
  text: string,
  message: string,
])[] = [
  [
    'no such context',
    'acmee',
    'contexts: [{ name: acme, context: {} }]',
    'no kubeconfig has the context "acmee" — did you mean acme?',
  ],
  [
    'a cluster that is not there',
    'acme',
    'contexts: [{ name: acme, context: { cluster: x } }]',
    'names the cluster x, which has no usable server',
  ],
  [
    'no server',
    'acme',
    'contexts: [{ name: acme, context: { cluster: x } }]\nclusters: [{ name: x, cluster: {} }]',
    'which has no usable server',
  ],
  [
    'a way that Kubernetes gave up',
    'acme',
    'contexts: [{ name: acme, context: { cluster: x, user: u } }]\nclusters: [{ name: x, cluster: { server: "https://x" } }]\nusers: [{ name: u, user: { auth-provider: { name: gcp } } }]',
    'has an auth-provider, which Kubernetes removed in 1.26',
  ],
  [
    'a proxy that is not spoken with',
    'acme',
    'contexts: [{ name: acme, context: { cluster: x } }]\nclusters: [{ name: x, cluster: { server: "https://x", proxy-url: "socks5://127.0.0.1:9" } }]',
    'the proxy-url of the context acme is no address of an http or https proxy',
  ],
  ['no YAML', 'acme', '{', 'cannot be read'],
]

test.for(REFUSED)(
  'a kubeconfig with %s is refused in words',
  async ([, context, text, message]) => {
    const path = await write('config', text)
    await expect(readClusterAccess(context, { KUBECONFIG: path })).rejects.toThrow(message)
  },
)

test('without a kubeconfig there is no default server', async () => {
  await expect(readClusterAccess('acme', { KUBECONFIG: join(folder, 'none') })).rejects.toThrow(
    'there is no kubeconfig',
  )
})

test('outside of a pod there is no in-cluster context', async () => {
  await expect(readClusterAccess('in-cluster', {})).rejects.toThrow('this is no pod')
})
