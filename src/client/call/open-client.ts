import type { ServicePlan } from '../../convention/service-plan.ts'
import type { ClientOptions } from './client-options.ts'
import { toDefaultPolicies } from './default-policies.ts'
import type { ChecksOf } from './reply-checks.ts'
import { runCall } from './run-call.ts'
import { type Invoke, toClient } from './to-client.ts'

/** What any client is made of, generated or not. */
export interface ClientSource {
  readonly plan: ServicePlan
  readonly checks: ChecksOf
}

/** Makes a client that calls over HTTP. Opens nothing: connections are made by calls. */
export function openClient({ plan, checks }: ClientSource, options: ClientOptions): object {
  const policies = options.policies ?? toDefaultPolicies()
  const invoke: Invoke = (operation, input, callOptions) => {
    const operationPlan = plan.operations[operation]
    if (operationPlan === undefined) throw new TypeError(`${plan.service} has no ${operation}`)
    return runCall(
      { service: plan, operation, plan: operationPlan, client: options },
      { checks, policies },
      { input, options: callOptions },
    )
  }
  const { service: name, namespace, port, headless } = plan
  return toClient({ plan, invoke, checks, service: { name, namespace, port, headless } })
}
