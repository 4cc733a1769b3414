import { type AddressInfo, createServer, type Server } from 'node:net'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRepository, type Repository } from '../parse/repository.ts'
import { runKube } from '../run-kube.ts'

/** Takes connections and never answers. */
let silent: Server
let repository: Repository
let ports: { readonly silent: number; readonly closed: number }
beforeAll(async () => {
  silent = await listen()
  const closed = await listen()
  ports = { silent: toPort(silent), closed: toPort(closed) }
  closed.close()
  const environments = { production: { context: 'closed' }, qa: { context: 'silent' } }
  repository = openRepository({
    'package.json': JSON.stringify({ name: 'users', type: 'module', servicex: { environments } }),
    'service.ts': 'export default {}',
  })
  const clusters = Object.entries(ports).map(([name, port]) => ({
    name,
    cluster: { server: `http://127.0.0.1:${port}` },
  }))
  const contexts = clusters.map(({ name }) => ({ name, context: { cluster: name, user: 'u' } }))
  const users = [{ name: 'u', user: { token: 'x' } }]
  const path = join(repository.root, 'kubeconfig')
  writeFileSync(path, JSON.stringify({ contexts, clusters, users }))
})
afterAll(() => {
  repository.close()
  silent.close()
})

async function listen(): Promise<Server> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return server
}

function toPort(server: Server): number {
  return (server.address() as AddressInfo).port
}

const COMMANDS = [
  'prod status --json',
  'qa status',
  'prod history',
  'prod logs',
  'prod diff --json',
  'prod env list',
  'exceptions --all prod',
]

test.concurrent.for(COMMANDS)(
  'an API server that is away is waited for aloud, and not for long, by kube %s',
  { timeout: 20_000 },
  async (command) => {
    const startMs = Date.now()
    const env = { KUBECONFIG: join(repository.root, 'kubeconfig') }
    const { exitCode, stderr, stdout } = await runKube(command.split(' '), {
      cwd: repository.root,
      env,
    })
    const seconds = (Date.now() - startMs) / 1000
    const isSilent = command.startsWith('qa')
    const at = `127.0.0.1:${isSilent ? ports.silent : ports.closed}`
    const reason = isSilent ? 'no answer yet' : `connect ECONNREFUSED ${at}`
    const notice = `waiting for the API server at ${at}: ${reason}\n`
    expect(stderr.split(notice)).toHaveLength(2)
    expect(stderr).toContain('SERVICEX_CLUSTER_UNREACHABLE')
    expect(exitCode).toBe(1)
    if (command.endsWith('--json'))
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'SERVICEX_CLUSTER_UNREACHABLE' } })
    else expect(stdout).toBe('')
    expect(seconds).toBeGreaterThan(3)
    expect(seconds).toBeLessThan(14)
  },
)
