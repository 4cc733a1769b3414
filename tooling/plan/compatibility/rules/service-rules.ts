import type { SnapshotFacts } from '../../../../src/convention/snapshot.ts'
import { type Finding, type Rules, toFinding } from '../rule.ts'

const RULES = {
  'service-renamed': {
    severity: 'breaking',
    sentence: 'the service has another name or namespace; callers look for it at the old address',
    fix: 'keep the old address until no caller uses it',
  },
  'service-port-changed': {
    severity: 'breaking',
    sentence: 'the pods listen on another port than the one that callers dial',
    fix: 'keep the port, or deploy every caller with the new snapshot first',
  },
  'service-headless-lost': {
    severity: 'warning',
    sentence:
      'the headless Service is gone; callers cannot balance over pods and fall back to the ClusterIP',
    fix: 'keep the Service web-pods',
  },
  'snapshot-too-deep': {
    severity: 'breaking',
    sentence: 'a snapshot is nested too deeply to be judged',
    fix: 'flatten the schemas of the contract',
  },
  'contract-version-changed': {
    severity: 'info',
    sentence: 'the contract has another version',
    fix: 'serve both versions until no caller uses the old one',
  },
} as const satisfies Rules

/** The service as a whole: where it is, and which version of the contract this is. */
export const SERVICE_RULES: Rules = RULES

/** Judges where the service is found and the version of its contract. */
export function judgeService(before: SnapshotFacts, after: SnapshotFacts): readonly Finding[] {
  const [old, now] = [before.service, after.service]
  const changes: readonly (readonly [keyof typeof RULES, unknown, unknown])[] = [
    ['service-renamed', `${old.name}.${old.namespace}`, `${now.name}.${now.namespace}`],
    ['service-port-changed', old.port, now.port],
    ['contract-version-changed', before.version, after.version],
  ]
  const isHeadlessLost = old.headless && !now.headless
  return [
    ...changes
      .filter(([, was, is]) => was !== is)
      .map(([rule, was, is]) =>
        toFinding(RULES, rule, { operation: undefined, detail: `${String(was)} → ${String(is)}` }),
      ),
    ...(isHeadlessLost
      ? [toFinding(RULES, 'service-headless-lost', { operation: undefined })]
      : []),
  ]
}

/** Tells of a snapshot that nobody should walk. */
export function judgeTooDeep(): Finding {
  return toFinding(RULES, 'snapshot-too-deep', { operation: undefined })
}
