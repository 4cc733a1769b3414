import type { Finding, Judgement } from '../plan/rules/judge.ts'
import type { Rule } from '../plan/rules/rule.ts'

/** Gives a judgement for code scanning. Source: SARIF 2.1.0, OASIS standard. */
export function toSarif(judgement: Judgement, rules: readonly Rule[], version: string): string {
  const log = {
    $schema:
      'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'kube check', version, rules: rules.map(toDescriptor) } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { SERVICE: { description: { text: "The service's folder." } } },
        results: judgement.findings.map((finding) => toResult(finding, rules)),
      },
    ],
  }
  return `${JSON.stringify(log, undefined, 2)}\n`
}

function toDescriptor(rule: Rule): object {
  return {
    id: rule.id,
    shortDescription: { text: rule.sentence },
    fullDescription: { text: rule.reason },
    help: { text: rule.fix },
    defaultConfiguration: { level: toLevel(rule.severity) },
  }
}

function toLevel(severity: Rule['severity']): string {
  return severity === 'off' ? 'none' : severity
}

function toResult(finding: Finding, rules: readonly Rule[]): object {
  const { rule, severity, what, path, line, exception } = finding
  const ruleIndex = rules.findIndex(({ id }) => id === rule)
  return {
    ruleId: rule,
    ...(ruleIndex === -1 ? {} : { ruleIndex }),
    level: severity,
    message: { text: what },
    // Code scanning shows nothing that has no place.
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(path ?? 'package.json'), uriBaseId: 'SERVICE' },
          ...(line === undefined ? {} : { region: { startLine: line } }),
        },
      },
    ],
    ...(exception === undefined
      ? {}
      : {
          suppressions: [
            {
              kind: 'external',
              justification: `${exception.owner}, until ${exception.until}: ${exception.reason}`,
            },
          ],
        }),
  }
}
