/**
 * The objects of an app in one environment, derived from its description: pure functions, one file a
 * kind. Nothing here reads the cluster or the overrides of `kube/`; those are merged over the result.
 */
import type { ScheduledProcess } from '../../../src/convention/description.ts'
import { toAutoscaler } from './autoscaler.ts'
import { toConfigMap } from './config-map.ts'
import { toCronJob } from './cron-job.ts'
import { toDeployment } from './deployment.ts'
import { toDisruptionBudget } from './disruption-budget.ts'
import { toIngress } from './ingress.ts'
import type { Manifest } from './manifest.ts'
import {
  isRunning,
  isServing,
  type ManifestInput,
  type ProcessInput,
  toProcessInputs,
} from './manifest-input.ts'
import { toNamespace } from './namespace.ts'
import { toNetworkPolicy } from './network-policy.ts'
import { toPodMonitor } from './pod-monitor.ts'
import { toServiceAccount } from './service-account.ts'
import { toServices } from './service.ts'

/**
 * Gives every object of an app in one environment, in the order in which they are applied: what
 * others need comes first. Throws SERVICEX_INGRESS_HOST_MISSING.
 */
export function planManifests(input: ManifestInput): Manifest[] {
  return [
    toNamespace(input),
    toServiceAccount(input),
    toNetworkPolicy(input),
    ...toConfigMap(input),
    ...toProcessInputs(input).flatMap(toProcessManifests),
    ...toIngress(input),
    ...toPodMonitor(input),
  ]
}

function toProcessManifests(input: ProcessInput): Manifest[] {
  if (!isRunning(input)) return [toCronJob(input as ProcessInput<ScheduledProcess>)]
  return [
    ...(isServing(input) ? toServices(input) : []),
    toDeployment(input),
    ...toAutoscaler(input),
    ...toDisruptionBudget(input),
  ]
}
