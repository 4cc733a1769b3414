/** A deploy that has ended, as others are told of it. */
export interface DeployRecord {
  readonly app: string
  readonly environment: string
  readonly outcome: string
  readonly revision: string
  readonly image: string
  /** The revision that served before. */
  readonly previous?: string
  readonly who: string
  readonly ciUrl?: string
  /** RFC 3339. */
  readonly startedAt: string
  readonly endedAt: string
  readonly durationMs: number
  /** The codes of what went wrong. */
  readonly findings: readonly string[]
}

const REVISION_DIGITS = 12

/** Gives what a webhook is posted: `text` is what Slack and its like show, `deploy` is for programs. */
export function toWebhookBody(record: DeployRecord): object {
  return { text: toText(record), deploy: record }
}

/** Gives a release of Sentry. Source: Sentry, "Create a New Release for an Organization". */
export function toSentryRelease(
  { ciUrl, endedAt, revision }: DeployRecord,
  project: string,
): object {
  return {
    version: revision,
    projects: [project],
    dateReleased: endedAt,
    ...(ciUrl === undefined ? {} : { url: ciUrl }),
  }
}

/** Gives a deploy of Sentry. Source: Sentry, "Create a Deploy". */
export function toSentryDeploy(record: DeployRecord, project: string): object {
  const { ciUrl, endedAt, environment, startedAt, who } = record
  return {
    environment,
    name: `by ${who}`,
    dateStarted: startedAt,
    dateFinished: endedAt,
    projects: [project],
    ...(ciUrl === undefined ? {} : { url: ciUrl }),
  }
}

function toText(record: DeployRecord): string {
  const { app, ciUrl, durationMs, environment, findings, outcome, previous, revision, who } = record
  const from = previous === undefined ? '' : ` (before: ${previous.slice(0, REVISION_DIGITS)})`
  const why = findings.length === 0 ? '' : `: ${findings.join(', ')}`
  const seconds = Math.round(durationMs / 1000)
  const text = `${app} ${revision.slice(0, REVISION_DIGITS)} ${outcome} in ${environment} by ${who} after ${seconds} s${from}${why}`
  return toEscaped(ciUrl === undefined ? text : `${text}\n${ciUrl}`)
}

/** A name like `<!channel>` calls nobody. Source: Slack, escaping of text. */
function toEscaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
