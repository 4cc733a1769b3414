import { ENV } from '../../../src/convention/env-names.ts'

/** A Service's name as it is written in a cluster: `collector.observability`, also with `.svc` and a domain. */
const SERVICE_HOST = /^[a-z0-9-]+\.([a-z0-9-]+)(?:\.svc(?:\..*)?)?$/

/** Gives the namespace of the collector that the variables name; nothing when it is none of the cluster's. */
export function toCollectorNamespace(
  variables: Readonly<Record<string, string>>,
): string | undefined {
  const endpoint = variables[ENV.otlpTracesEndpoint] ?? variables[ENV.otlpEndpoint]
  if (endpoint === undefined || !URL.canParse(endpoint)) return undefined
  return SERVICE_HOST.exec(new URL(endpoint).hostname)?.[1]
}
