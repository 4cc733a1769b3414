import type { Rule } from './rule.ts'

const BY_HAND =
  /\b(?:kubectl\s+(?:apply|set\s+image|rollout|replace|patch|create)|helm\s+(?:upgrade|install))\b/
const BY_KUBE = /\bkube\s+(?:\S+\s+)?deploy\b/

/** What is merged is deployed, by the same command as everywhere. */
export const ciDeploys: Rule = {
  id: 'ci-deploys',
  sentence: 'The CI pipeline deploys what is merged, through kube.',
  reason:
    'What has to be remembered is forgotten; and a deploy that goes around kube has no lock, no record and no way back.',
  fix: 'run kube generate ci --github (or --gitlab, --circleci, --travis, --jenkins), and commit the pipeline',
  severity: 'warning',
  severityIn: { production: 'error' },
  maxExceptionDays: 90,
  check: ({ pipelines }) => {
    const around = pipelines.flatMap(({ path, text }) =>
      text.split('\n').flatMap((content, index) => {
        const call = BY_HAND.exec(content)?.[0]
        const isComment = content.trimStart().startsWith('#')
        return call === undefined || isComment
          ? []
          : [{ what: `goes around kube: ${call}`, path, line: index + 1 }]
      }),
    )
    if (pipelines.length === 0) return [{ what: 'there is no CI pipeline' }]
    const deploys = pipelines.some(({ text }) => BY_KUBE.test(text))
    return deploys ? around : [...around, { what: 'no pipeline calls kube <env> deploy' }]
  },
}
