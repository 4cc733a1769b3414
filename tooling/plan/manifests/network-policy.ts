import { NAMESPACE_NAME_LABEL } from '../../../src/convention/labels.ts'
import { toCollectorNamespace } from './collector-namespace.ts'
import { HTTP_PORT_NAME } from './container.ts'
import type { Manifest } from './manifest.ts'
import { isServing, type ManifestInput, toProcessInputs } from './manifest-input.ts'
import { toAppMetadata } from './metadata.ts'
import { ADMIN_PORT_NAME } from './probes.ts'

const DNS_PORT = 53

/** Everywhere: what is outside of the cluster is not known by name here. */
const ANYWHERE = ['0.0.0.0/0', '::/0']

/**
 * Gives who may reach the app's pods, and whom they may reach: declared callers, the ingress and
 * whoever reads metrics come in; declared clients, the collector, name servers and what lies outside of
 * the cluster are reached.
 */
export function toNetworkPolicy(input: ManifestInput): Manifest {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: toAppMetadata(input, input.description.name),
    spec: {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      ingress: toIngressRules(input),
      egress: toEgressRules(input),
    },
  }
}

function toIngressRules(input: ManifestInput): object[] {
  const { description, settings } = input
  const monitoring = settings.monitoring?.namespace
  const own = { from: [{ podSelector: {} }] }
  const metrics = {
    from: [monitoring === undefined ? { namespaceSelector: {} } : inNamespace(monitoring)],
    ports: [toPort(ADMIN_PORT_NAME)],
  }
  if (!toProcessInputs(input).some(isServing)) return [own, metrics]
  const callers = description.callers?.map(inNamespace) ?? [{ namespaceSelector: {} }]
  const ports = [toPort(HTTP_PORT_NAME)]
  return [
    own,
    metrics,
    // A rule whose `from` is empty would let everyone in.
    ...(callers.length === 0 ? [] : [{ from: callers, ports }]),
    ...toOutsideRules(input, ports),
  ]
}

function toOutsideRules({ description, settings }: ManifestInput, ports: object[]): object[] {
  if (description.ingress === undefined) return []
  const controller = settings.ingress?.namespace ?? settings.ingress?.gateway?.namespace
  return [controller === undefined ? { ports } : { from: [inNamespace(controller)], ports }]
}

function toEgressRules(input: ManifestInput): object[] {
  const { description, settings, variables } = input
  const collector = toCollectorNamespace(variables)
  const services = new Set([
    ...description.uses.map(({ service }) => service),
    ...(collector === undefined ? [] : [collector]),
  ])
  const outside = (description.egress ?? ANYWHERE).map((cidr) => ({
    ipBlock: withExceptions(cidr, settings.clusterCidrs ?? []),
  }))
  return [
    // Wherever the name server is: some clusters have one on each node.
    { ports: [toPort(DNS_PORT, 'UDP'), toPort(DNS_PORT)] },
    { to: [{ podSelector: {} }, ...[...services].toSorted().map(inNamespace)] },
    ...(outside.length === 0 ? [] : [{ to: outside }]),
  ]
}

/** An exception must lie within its block: those of the cluster do in the block of everything of their family. */
function withExceptions(cidr: string, clusterCidrs: readonly string[]): object {
  if (!ANYWHERE.includes(cidr)) return { cidr }
  const except = clusterCidrs.filter((block) => block.includes(':') === cidr.includes(':'))
  return except.length === 0 ? { cidr } : { cidr, except }
}

function inNamespace(name: string): object {
  return { namespaceSelector: { matchLabels: { [NAMESPACE_NAME_LABEL]: name } } }
}

function toPort(port: string | number, protocol = 'TCP'): object {
  return { port, protocol }
}
