import { isName } from '../convention/names.ts'
import type { ServiceDeclaration } from './declaration.ts'
import { toReferredService } from './service-reference.ts'

const HOST = /^(?:\*\.)?[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)+$/
const CIDR =
  /^(?:\d{1,3}(?:\.\d{1,3}){3}\/(?:[12]?\d|3[0-2])|[\da-f:]*:[\da-f:]*\/(?:\d{1,2}|1[01]\d|12[0-8]))$/i

/** Lists what breaks a rule in whom a declaration says the service reaches, and who reaches it. */
export function toReachProblems(declaration: ServiceDeclaration): string[] {
  return [...referenceProblems(declaration), ...networkProblems(declaration)]
}

function referenceProblems({ serves, uses }: ServiceDeclaration): string[] {
  const references = [
    ...(serves === undefined ? [] : [['serves', serves, 'a contract'] as const]),
    ...(uses ?? []).map(
      (used, index) =>
        [`uses.${index}`, used, 'the name of a service, its contract or its client'] as const,
    ),
  ]
  return references.flatMap(([field, reference, expected]) => {
    const name = toReferredService(reference)
    if (name !== undefined && isName(name)) return []
    const found = name === undefined ? 'something else' : JSON.stringify(name)
    return [`${field} is ${found} — expected ${expected}`]
  })
}

function networkProblems({ egress, ingress }: ServiceDeclaration): string[] {
  const declared = typeof ingress === 'object' ? ingress : {}
  const hosts = Array.isArray(declared.hosts)
    ? (declared.hosts as readonly unknown[])
    : Object.values(declared.hosts ?? {}).flat()
  return [
    ...(egress ?? [])
      .filter((block) => !CIDR.test(block))
      .map(
        (block) => `egress has ${JSON.stringify(block)} — expected a CIDR block, as 203.0.113.0/24`,
      ),
    ...hosts
      .filter((host) => !HOST.test(String(host)))
      .map(
        (host) =>
          `ingress.hosts has ${JSON.stringify(host)} — expected a DNS name, as billing.example.com`,
      ),
    ...(declared.paths ?? [])
      .filter((path) => !/^\/[^\s]*$/.test(path))
      .map(
        (path) => `ingress.paths has ${JSON.stringify(path)} — expected a path that begins with /`,
      ),
  ]
}
