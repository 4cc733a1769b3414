import { readRegistryEnvironment } from '../../parse/registry-environment.ts'
import type { Settings } from '../../parse/settings.ts'
import { openRegistryClient } from './open-registry-client.ts'
import type { RegistryClient } from './registry-client.ts'

/** Opens a client as a project's settings and the variables of the process say; the caller closes it. */
export function openProjectClient(
  { insecureRegistries, registryTokenHosts }: Settings,
  env: Readonly<Record<string, string | undefined>>,
): RegistryClient {
  return openRegistryClient({
    environment: readRegistryEnvironment(env),
    ...(insecureRegistries === undefined ? {} : { insecureRegistries }),
    ...(registryTokenHosts === undefined ? {} : { tokenHosts: registryTokenHosts }),
  })
}
