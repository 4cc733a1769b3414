import { ENV } from '../../../src/convention/env-names.ts'
import { toSecretName } from '../../../src/convention/labels.ts'
import { toServiceProcessName } from '../../../src/convention/names.ts'
import { APP_PORT } from '../../../src/convention/ports.ts'
import type { ProcessInput } from './manifest-input.ts'

/** One variable of a container. */
export type EnvVariable =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly valueFrom: object }

/** What the downward API fills in, under the names that OpenTelemetry's operator uses. */
const POD = {
  name: 'OTEL_RESOURCE_ATTRIBUTES_POD_NAME',
  uid: 'OTEL_RESOURCE_ATTRIBUTES_POD_UID',
  node: 'OTEL_RESOURCE_ATTRIBUTES_NODE_NAME',
} as const

/**
 * Gives the variables of a process's container: who it is, where it listens, and each required
 * variable that the ConfigMap does not hold from the Secret. What is not required comes with
 * `envFrom`; a required one is named, so that a pod without it says so instead of crashing.
 */
export function toContainerEnv(input: ProcessInput): EnvVariable[] {
  const own = [...toPodVariables(), ...toIdentity(input), ...toPorts(input)]
  const given = new Set([...own.map(({ name }) => name), ...Object.keys(input.variables)])
  const required = Object.entries(input.description.env)
    .filter(([name, { required: isRequired }]) => isRequired && !given.has(name))
    .map(([name]) => fromSecret(input, name))
  return [...own, ...required]
}

function toPodVariables(): EnvVariable[] {
  return [
    fromField(POD.name, 'metadata.name'),
    fromField(POD.uid, 'metadata.uid'),
    fromField(POD.node, 'spec.nodeName'),
  ]
}

function fromField(name: string, fieldPath: string): EnvVariable {
  return { name, valueFrom: { fieldRef: { fieldPath } } }
}

function fromSecret({ description }: ProcessInput, key: string): EnvVariable {
  return { name: key, valueFrom: { secretKeyRef: { name: toSecretName(description.name), key } } }
}

function toIdentity(input: ProcessInput): EnvVariable[] {
  const { addedProcesses, description, environment, name, revision } = input
  return [
    { name: ENV.otelServiceName, value: toServiceProcessName(description.name, name) },
    { name: ENV.otelResourceAttributes, value: toResourceAttributes(input) },
    { name: ENV.sentryEnvironment, value: environment },
    { name: ENV.sentryRelease, value: revision },
    // The runtime refuses a process that the declaration does not have.
    ...(addedProcesses?.has(name) === true ? [] : [{ name: ENV.process, value: name }]),
    { name: ENV.revision, value: revision },
  ]
}

/** Source: OpenTelemetry, semantic conventions for Kubernetes and `service.*`. */
function toResourceAttributes({
  description,
  environment,
  name,
  process,
  revision,
}: ProcessInput): string {
  const workload = process.kind === 'cronjob' ? 'k8s.cronjob.name' : 'k8s.deployment.name'
  const attributes = [
    ['service.namespace', description.name],
    ['service.version', encodeURIComponent(revision)],
    ['service.instance.id', `${description.name}.$(${POD.name}).${name}`],
    ['deployment.environment.name', encodeURIComponent(environment)],
    ['k8s.namespace.name', description.name],
    [workload, name],
    ['k8s.container.name', name],
    ['k8s.pod.name', `$(${POD.name})`],
    ['k8s.pod.uid', `$(${POD.uid})`],
    ['k8s.node.name', `$(${POD.node})`],
  ]
  return attributes.map(([key, value]) => `${key}=${value}`).join(',')
}

/** `PORT` is there for every process: they share one schema of the environment, which may ask for it. */
function toPorts({ description, process }: ProcessInput): EnvVariable[] {
  const port = process.kind === 'deployment' ? process.port : undefined
  return [
    { name: ENV.port, value: String(port ?? APP_PORT) },
    { name: ENV.adminPort, value: String(description.adminPort) },
  ]
}
