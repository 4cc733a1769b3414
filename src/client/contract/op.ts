import type { BodylessSpec, Method, Operation, OperationSpec } from './operation.ts'

/** Makes one operation of a contract, by method: `op.get('/invoices/{id}', { params, ok, errors })`. */
export const op: Readonly<{
  get: Bodyless
  head: Bodyless
  options: WithBody
  post: WithBody
  put: WithBody
  patch: WithBody
  delete: WithBody
}> = {
  get: bodyless('GET'),
  head: bodyless('HEAD'),
  options: withBody('OPTIONS'),
  post: withBody('POST'),
  put: withBody('PUT'),
  patch: withBody('PATCH'),
  delete: withBody('DELETE'),
}

/** Makes an operation that takes no body. */
export type Bodyless = <const Spec extends BodylessSpec>(
  path: string,
  spec: Spec,
) => Operation<Spec>

/** Makes an operation that may take a body. */
export type WithBody = <const Spec extends OperationSpec>(
  path: string,
  spec: Spec,
) => Operation<Spec>

function bodyless(method: Method): Bodyless {
  return (path, spec) => ({ method, path, spec })
}

function withBody(method: Method): WithBody {
  return (path, spec) => ({ method, path, spec })
}
