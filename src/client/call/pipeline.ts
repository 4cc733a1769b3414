/** All that a call runs through; loaded by the first call of a process. */
export { toDefaultPolicies } from './default-policies.ts'
export { runCall } from './run-call.ts'
