import type { RegistryClientOptions } from '../../../tooling/apply/registry/open-registry-client.ts'
import { openRegistryClient } from '../../../tooling/apply/registry/open-registry-client.ts'
import type { RegistryClient } from '../../../tooling/apply/registry/registry-client.ts'
import type { RegistryEnvironment } from '../../../tooling/parse/registry-environment.ts'

/** An environment that says nothing: no credentials, no proxy. */
export const BARE_ENVIRONMENT: RegistryEnvironment = {
  credentialFiles: [],
  helperEnv: {},
  proxy: {},
}

/** Opens a client that waits in no time; the caller closes it. `waitsMs` notes what it would have waited. */
export function openTestClient(
  options: Partial<RegistryClientOptions> = {},
): RegistryClient & { readonly waitsMs: number[] } {
  const waitsMs: number[] = []
  const client = openRegistryClient({
    environment: BARE_ENVIRONMENT,
    clock: {
      now: () => performance.now(),
      sleep: async (ms) => {
        waitsMs.push(ms)
      },
      random: () => 1,
    },
    idleMs: 5_000,
    ...options,
  })
  return { ...client, waitsMs }
}

/** An environment in which a text in Docker's format holds the credentials. */
export function withCredentials(
  auths: Readonly<Record<string, { readonly username: string; readonly password: string }>>,
): RegistryEnvironment {
  const entries = Object.entries(auths).map(([host, { username, password }]) => [
    host,
    { auth: Buffer.from(`${username}:${password}`).toString('base64') },
  ])
  const text = JSON.stringify({ auths: Object.fromEntries(entries) as unknown })
  return { ...BARE_ENVIRONMENT, credentialText: { source: 'DOCKER_AUTH_CONFIG', text } }
}
