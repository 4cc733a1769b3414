import { ServicexError } from '../../convention/servicex-error.ts'
import type { Contract } from '../contract/contract-types.ts'
import { toOperationModels } from '../contract/operation-model.ts'
import type { OperationTable } from '../contract/operation.ts'
import { toSnapshot, toSnapshotText } from '../contract/to-snapshot.ts'
import type { Handlers } from './handler-types.ts'
import { mountExpress, type ExpressHandler } from './mount-express.ts'
import { mountFastify, type FastifyMount } from './mount-fastify.ts'
import { mountFetch, type FetchHandler } from './mount-fetch.ts'
import { mountNode, type NodeHandler } from './mount-node.ts'
import { RouteTable } from './route-table.ts'
import type { ServeOptions } from './serve-options.ts'
import { ServedContract } from './served-contract.ts'
import { toServedOperation } from './served-operation.ts'

/** A contract with its handlers, ready for whatever serves HTTP. */
export interface Routes {
  /** `http.createServer(routes.node)`; also for https and http2. */
  readonly node: NodeHandler
  /** `app.use(routes.express)`: other paths go on to what stands behind it. */
  readonly express: ExpressHandler
  /** `app.register(routes.fastify)` */
  readonly fastify: FastifyMount
  /** `app.mount('/', routes.fetch)` of Hono, and everything else that takes a Request and gives a Response. */
  readonly fetch: FetchHandler
}

/**
 * Serves a contract with one handler for each of its operations.
 *
 * Throws SERVICEX_CONTRACT_INVALID when a handler is missing or there is one too many; where types
 * are checked, that does not compile.
 */
export function implement<Operations extends OperationTable>(
  contract: Contract<Operations>,
  handlers: Handlers<NoInfer<Operations>>,
  options: ServeOptions = {},
): Routes {
  assertComplete(contract, handlers)
  const models = toOperationModels(contract)
  const served = models.map((model) =>
    toServedOperation(contract.name, model, (input) => call(handlers, model.name, input)),
  )
  const core = new ServedContract(new RouteTable(models), served, {
    options,
    openapiPath: toOpenapiPath(contract, options),
    snapshot: () => toSnapshotText(toSnapshot(contract)),
  })
  return {
    node: mountNode(core),
    express: mountExpress(core),
    fastify: mountFastify(core),
    fetch: mountFetch(core),
  }
}

/** Called as a method: handlers may be an object with a state of its own. */
function call(handlers: object, name: string, input: never): unknown {
  return (handlers as Record<string, (input: never) => unknown>)[name]?.(input)
}

function toOpenapiPath(
  { basePath }: Contract,
  { openapi = false }: ServeOptions,
): string | undefined {
  if (openapi === false) return undefined
  return openapi === true ? `${basePath}/openapi.json` : openapi
}

function assertComplete({ name, operations }: Contract, handlers: object): void {
  const missing = Object.keys(operations).filter(
    (operation) => typeof (handlers as Record<string, unknown>)[operation] !== 'function',
  )
  const extra = Object.keys(handlers).filter((operation) => !Object.hasOwn(operations, operation))
  if (missing.length === 0 && extra.length === 0) return
  throw new ServicexError('SERVICEX_CONTRACT_INVALID', {
    summary: `the handlers of "${name}" are not those of its contract`,
    details: [
      ...missing.map((operation) => `${operation}: has no handler`),
      ...extra.map((operation) => `${operation}: is no operation of the contract`),
    ],
    fix: 'give implement() one function for each operation',
  })
}
