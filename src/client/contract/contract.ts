import { ServicexError } from '../../convention/servicex-error.ts'
import { APP_PORT } from '../../convention/ports.ts'
import { findContractProblems } from './contract-problems.ts'
import type { Contract } from './contract-types.ts'
import type { OperationTable } from './operation.ts'

/** What a contract says beside its operations. */
export interface ContractOptions {
  /** Default 1. From 2 on, every path begins with `/v2`: both versions can be served side by side. */
  readonly version?: number
  readonly description?: string
  /** Where the service runs; default: the namespace of its own name. */
  readonly namespace?: string
  /** The port its pods listen on; default 8080. */
  readonly port?: number
  /** Says that the headless Service `web-pods` is there; default true. */
  readonly headless?: boolean
}

/**
 * Declares the operations that the service `name` offers.
 *
 * Throws SERVICEX_CONTRACT_INVALID, with every problem and its path, for what does not exist on the
 * wire: `z.date()`, `z.bigint()`, a transform that has no way back, a path without its parameter.
 */
export function contract<const Operations extends OperationTable>(
  name: string,
  operations: Operations,
  options: ContractOptions = {},
): Contract<Operations> {
  const { version = 1, description, namespace = name, port = APP_PORT, headless = true } = options
  const declared: Contract<Operations> = {
    name,
    version,
    basePath: version === 1 ? '' : `/v${version}`,
    description,
    service: { name, namespace, port, headless },
    operations,
  }
  const problems = findContractProblems(declared)
  if (problems.length > 0)
    throw new ServicexError('SERVICEX_CONTRACT_INVALID', {
      summary: `the contract of "${name}" has ${problems.length === 1 ? '1 problem' : `${problems.length} problems`}`,
      details: problems,
      fix: 'declare what stands on the wire; for a Date or a bigint use z.codec()',
    })
  return declared
}
