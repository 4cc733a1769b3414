import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findBinary } from './binary.ts'
import { findFreePort, makeDataFolder, startServer } from './server-process.ts'

/** Debian's registry, of this test's own. */
export interface DockerRegistry {
  /** `127.0.0.1:…`. */
  readonly host: string
  readonly close: () => Promise<void>
}

/** The user that a registry with basic auth knows. */
export const REGISTRY_USER = { username: 'pusher', password: 'correct horse 42' } as const

/** bcrypt of the password above, cost 5: made by crypt(3). */
const HTPASSWD_LINE = 'pusher:$2b$05$abcdefghijklmnopqrstuusx24v0/VgfTEBUEdik2QC5wMJlu01Gy\n'

/** Starts docker-registry on a free port with nothing in it, or resolves `undefined` where it is not installed. */
export async function startDockerRegistry({
  asksWho = false,
}: { readonly asksWho?: boolean } = {}): Promise<DockerRegistry | undefined> {
  const command = findBinary('docker-registry')
  if (command === undefined) return undefined
  const folder = makeDataFolder('docker-registry')
  const port = await findFreePort()
  const htpasswd = join(folder, 'htpasswd')
  writeFileSync(htpasswd, HTPASSWD_LINE)
  const configFile = join(folder, 'config.yml')
  // JSON is YAML.
  const config = {
    version: '0.1',
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { inmemory: {}, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}` },
    ...(asksWho ? { auth: { htpasswd: { realm: 'servicex', path: htpasswd } } } : {}),
  }
  writeFileSync(configFile, JSON.stringify(config))
  const server = await startServer({
    command,
    folder,
    args: ['serve', configFile],
    isReady: async () => [200, 401].includes((await fetch(`http://127.0.0.1:${port}/v2/`)).status),
  })
  return { host: `127.0.0.1:${port}`, close: server.close }
}
