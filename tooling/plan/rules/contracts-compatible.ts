import type { Rule } from './rule.ts'

/** Whoever is deployed goes on working: callers with a new provider, and a new caller with its providers. */
export const contractsCompatible: Rule = {
  id: 'contracts-compatible',
  sentence:
    'No deploy breaks a caller that is deployed, or calls what a deployed service does not give.',
  reason:
    'Services are deployed one by one: for a while the new one of one team works with the old one of another.',
  fix: 'move callers off it first, and deploy a provider before those who call what is new in it',
  severity: 'error',
  maxExceptionDays: 30,
  isJudgedByDeploy: true,
  check: () => [],
}
