import type { OperationPlan, ServicePlan } from '../../convention/service-plan.ts'
import type { CallEnd } from './call-end.ts'
import type { CallOptions } from './call-options.ts'
import type { ClientOptions } from './client-options.ts'
import { toSettings } from '../policies/to-settings.ts'
import type { Policy } from './policy.ts'
import type { ChecksOf } from './reply-checks.ts'
import { type Invoke, toClient } from './to-client.ts'

type Pipeline = typeof import('./pipeline.ts')

/** What any client is made of, generated or not. */
export interface ClientSource {
  readonly plan: ServicePlan
  readonly checks: ChecksOf
}

let pipeline: Pipeline | Promise<Pipeline> | undefined

/**
 * Makes a client that calls over HTTP. Opens nothing: connections are made by calls, and the code
 * that makes calls is loaded by the first of them. Throws SERVICEX_CLIENT_SETTINGS.
 */
export function openClient({ plan, checks }: ClientSource, client: ClientOptions): object {
  const { resilience } = client
  const own = resilience === undefined ? undefined : toSettings(plan.service, resilience)
  let policies: readonly Policy[] | undefined
  const call = (loaded: Pipeline, asked: Asked): Promise<CallEnd> => {
    policies ??= client.policies ?? loaded.toDefaultPolicies(own)
    const { operation, operationPlan, input, options } = asked
    const target = { service: plan, operation, plan: operationPlan, client }
    return loaded.runCall(target, { checks, policies }, { input, options })
  }
  const invoke: Invoke = (operation, input, options) => {
    const operationPlan = plan.operations[operation]
    if (operationPlan === undefined) throw new TypeError(`${plan.service} has no ${operation}`)
    const asked = { operation, operationPlan, input, options }
    pipeline ??= loadPipeline()
    if (pipeline instanceof Promise) return pipeline.then((loaded) => call(loaded, asked))
    return call(pipeline, asked)
  }
  const { service: name, namespace, port, headless } = plan
  return toClient({ plan, invoke, checks, service: { name, namespace, port, headless } })
}

interface Asked {
  readonly operation: string
  readonly operationPlan: OperationPlan
  readonly input: unknown
  readonly options: CallOptions
}

async function loadPipeline(): Promise<Pipeline> {
  const { runCall, toDefaultPolicies } = await import('./pipeline.ts')
  pipeline = { runCall, toDefaultPolicies }
  return pipeline
}
