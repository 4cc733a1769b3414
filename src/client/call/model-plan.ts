import type { $ZodObject } from 'zod/v4/core'
import type { BodyPlan, OperationPlan, ServicePlan } from '../../convention/service-plan.ts'
import type { Contract } from '../contract/contract-types.ts'
import type { OperationModel } from '../contract/operation-model.ts'

/** Gives what calling a contract's service takes: what its snapshot would say, without making one. */
export function toContractPlan(
  { service }: Contract,
  models: readonly OperationModel[],
): ServicePlan {
  const { name, namespace, port, headless } = service
  const operations = models.map((model) => [model.name, toModelPlan(model)] as const)
  return { service: name, namespace, port, headless, operations: Object.fromEntries(operations) }
}

function toModelPlan(model: OperationModel): OperationPlan {
  const { method, path, request, reply, status, timeoutMs, idempotency } = model
  const query = namesOf(model.query)
  const headers = namesOf(model.headers)
  const parameters = [model.params, model.query, model.headers].flatMap(namesOf)
  const errors = [...model.errors].map(
    ([code, error]) =>
      [
        code,
        error.data === undefined
          ? { status: error.status }
          : { status: error.status, data: true as const },
      ] as const,
  )
  return {
    method,
    path,
    ...(query.length === 0 ? {} : { query }),
    ...(headers.length === 0 ? {} : { headers }),
    ...(request === 'json' ? { body: { kind: 'json' } } : {}),
    ...(request === 'file' ? { body: toFilePlan(model) } : {}),
    ...(request !== 'none' && parameters.length === 0 ? { bodyOnly: true } : {}),
    ok: { status, kind: reply },
    ...(errors.length === 0 ? {} : { errors: Object.fromEntries(errors) }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(idempotency === 'none' ? {} : { idempotency: idempotency === 'key' ? 'key' : 'safe' }),
  }
}

function toFilePlan({ requestTypes = [], requestMaxBytes }: OperationModel): BodyPlan {
  const limit = requestMaxBytes === undefined ? {} : { maxBytes: requestMaxBytes }
  return { kind: 'file', types: requestTypes, ...limit }
}

function namesOf(schema: $ZodObject | undefined): readonly string[] {
  return Object.keys(schema?._zod.def.shape ?? {}).toSorted()
}
