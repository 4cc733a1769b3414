import type { ServiceDeclaration } from '../config/declaration.ts'
import type { IngressDeclaration } from '../config/process-declaration.ts'
import { type ServiceReference, toReferredService } from '../config/service-reference.ts'
import {
  DESCRIPTION_VERSION,
  type Description,
  type IngressDescription,
  type UseDescription,
} from '../convention/description.ts'
import { SHUTDOWN_SECONDS } from '../convention/lifecycle.ts'
import { WEB_PROCESS } from '../convention/names.ts'
import { ADMIN_PORT } from '../convention/ports.ts'
import { SERVICEX_VERSION } from '../convention/version.ts'
import { toProcessDescription } from './process-description.ts'
import { toVariables } from './variables.ts'

const RELEASE_TIMEOUT_SECONDS = 600

/**
 * Gives the description of a declaration that breaks no rule: its JSON, with every default filled in.
 * `packageName` is the app's name where the declaration has none.
 */
export function toDescription(declaration: ServiceDeclaration, packageName: string): Description {
  const { callers, egress, release, shutdown = {} } = declaration
  const processes = declaration.processes ?? { [WEB_PROCESS]: {} }
  const ingress = toIngress(declaration.ingress)
  return {
    version: DESCRIPTION_VERSION,
    servicex: SERVICEX_VERSION,
    name: declaration.name ?? packageName,
    processes: mapValues(processes, (process, name) => toProcessDescription(name, process)),
    env: toVariables(declaration.env, declaration.secrets ?? []),
    uses: (declaration.uses ?? []).flatMap(toUse),
    ...(callers === undefined ? {} : { callers }),
    ...(egress === undefined ? {} : { egress }),
    ...(ingress === undefined ? {} : { ingress }),
    ...(release === undefined
      ? {}
      : {
          release: {
            command: release.command,
            timeoutSeconds: release.timeoutSeconds ?? RELEASE_TIMEOUT_SECONDS,
          },
        }),
    shutdown: {
      propagationSeconds: shutdown.propagationSeconds ?? SHUTDOWN_SECONDS.propagation,
      drainSeconds: shutdown.drainSeconds ?? SHUTDOWN_SECONDS.drain,
      hooksSeconds: SHUTDOWN_SECONDS.hooks,
      flushSeconds: shutdown.flushSeconds ?? SHUTDOWN_SECONDS.flush,
    },
    adminPort: ADMIN_PORT,
  }
}

function toUse(used: string | ServiceReference): UseDescription[] {
  const service = toReferredService(used)
  return service === undefined ? [] : [{ service }]
}

function toIngress(
  ingress: boolean | IngressDeclaration | undefined,
): IngressDescription | undefined {
  if (ingress === undefined || ingress === false) return undefined
  const { hosts, paths = ['/'] } = ingress === true ? {} : ingress
  return hosts === undefined ? { paths } : { hosts, paths }
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From, key: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]))
}
