import { isName } from '../../convention/names.ts'
import type { Contract } from './contract-types.ts'
import { findOperationProblems } from './operation-problems.ts'
import { findPathProblems } from './path-problems.ts'

/** Gives everything that is wrong with a contract, one line each, with the path of the place. */
export function findContractProblems(contract: Contract): readonly string[] {
  const { name, version, operations } = contract
  const entries = Object.entries(operations)
  return [
    ...(isName(name) ? [] : [`name: ${JSON.stringify(name)} is no service name: a–z, 0–9 and -`]),
    ...(Number.isInteger(version) && version >= 1
      ? []
      : [`version: ${String(version)} is no version: 1, 2, 3 …`]),
    ...(entries.length > 0 ? [] : ['operations: there is none']),
    ...entries.flatMap(([operation, declared]) => findOperationProblems(operation, declared)),
    ...findPathProblems(contract),
  ]
}
