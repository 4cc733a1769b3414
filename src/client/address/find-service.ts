import { readClusterDomain, readDevUrl, readServiceUrl } from '../../config/service-place.ts'
import { monotonicMs } from '../../context/clock.ts'
import { toUrlVariable } from '../../convention/env-names.ts'
import type { ServicePlan } from '../../convention/service-plan.ts'
import { ServicexError } from '../../convention/servicex-error.ts'
import { type BaseUrl, parseBaseUrl } from './parse-base-url.ts'

/** What is asked of a service's address. */
export interface FindOptions {
  /** Of the call, before every other. */
  readonly callUrl?: string | undefined
  /** Of the client. */
  readonly clientUrl?: string | undefined
  readonly allowedHosts?: readonly string[] | undefined
}

/** Made once each: the cluster's domain does not change while a process lives. */
const clusterBases = new WeakMap<ServicePlan, BaseUrl>()
const parsed = new Map<string, BaseUrl>()
const PARSED_MAX = 1000

/**
 * Finds where calls of a service go, in this order: the call's option, the client's, the variable
 * `SERVICEX_URL_<NAME>`, a local `kube dev`, in a cluster the service's own name. Asks no DNS.
 *
 * Throws SERVICEX_CLIENT_ADDRESS, naming the variable, when there is none of them.
 */
export function findService(plan: ServicePlan, options: FindOptions = {}): BaseUrl {
  const { service } = plan
  const { callUrl, clientUrl, allowedHosts = [] } = options
  const read = (text: string, from: string): BaseUrl =>
    remembered(text, { service, from, allowedHosts })
  const given = callUrl ?? clientUrl
  if (given !== undefined) return read(given, 'baseUrl')
  const variable = toUrlVariable(service)
  const override = readServiceUrl(service)
  if (override !== undefined) return read(override, variable)
  const domain = readClusterDomain()
  if (domain !== undefined) {
    let base = clusterBases.get(plan)
    if (base === undefined) clusterBases.set(plan, (base = toClusterBase(plan, domain)))
    return base
  }
  const dev = readDevUrl(service, monotonicMs())
  if (dev !== undefined) return read(dev, 'kube dev')
  throw new ServicexError('SERVICEX_CLIENT_ADDRESS', {
    summary: `nothing says where service "${service}" is: this process runs outside of a cluster, ${variable} is not set, and no kube dev runs the service`,
    fix: `set ${variable} to its address, as http://127.0.0.1:8080`,
  })
}

function remembered(
  text: string,
  source: { service: string; from: string; allowedHosts: readonly string[] },
): BaseUrl {
  const { allowedHosts } = source
  const key = allowedHosts.length === 0 ? text : `${text}\n${allowedHosts.join()}`
  const known = parsed.get(key)
  if (known !== undefined) return known
  const base = parseBaseUrl(text, source)
  if (parsed.size < PARSED_MAX) parsed.set(key, base)
  return base
}

/**
 * The name ends with a dot: the resolver's search list is not walked for it. A headless name leads
 * to the pods, past the port of the Service.
 */
function toClusterBase({ namespace, port, headless }: ServicePlan, domain: string): BaseUrl {
  const host = `web.${namespace}`
  return headless
    ? { origin: `http://web-pods.${namespace}.svc.${domain}.:${port}`, prefix: '', host }
    : { origin: `http://web.${namespace}.svc.${domain}.`, prefix: '', host }
}
