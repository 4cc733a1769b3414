import type { ProxyVariables } from '../../parse/registry-environment.ts'
import type { AnnounceTargets, SentryTarget } from '../../parse/announce-targets.ts'
import {
  type DeployRecord,
  toSentryDeploy,
  toSentryRelease,
  toWebhookBody,
} from '../../plan/announce/deploy-record.ts'
import type { Report } from '../deploy/reporter.ts'
import { postJson } from './post-json.ts'

/** Who is told, and by what way. */
export interface Announcement {
  readonly targets: AnnounceTargets
  readonly proxy: ProxyVariables
  /** How long each may take to answer, milliseconds. */
  readonly timeoutMs?: number
}

/** Tells Sentry of what was deployed, and the webhook of how any deploy ended. Never rejects: it has been deployed. */
export async function announce(
  report: Report,
  { targets, ...way }: Announcement,
  record: DeployRecord,
): Promise<void> {
  const { sentry, webhookUrl } = targets
  const hide = toHiding([sentry?.token, webhookUrl])
  const tell = async (whom: string, send: () => Promise<void>): Promise<void> => {
    try {
      await send()
      report({ type: 'step', text: `told ${whom}` })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      report({ type: 'warning', text: `${whom} was not told: ${hide(reason)}` })
    }
  }
  await Promise.all([
    sentry === undefined || record.outcome !== 'deployed'
      ? undefined
      : tell(`Sentry (${sentry.organization}/${sentry.project})`, () =>
          tellSentry(sentry, way, record),
        ),
    webhookUrl === undefined
      ? undefined
      : tell(`the webhook at ${new URL(webhookUrl).host}`, () =>
          postJson({ url: webhookUrl, body: toWebhookBody(record), ...way }),
        ),
  ])
}

/** The release is there after it, whether or not it was: Sentry answers 201 or 208. */
async function tellSentry(
  { organization, project, token, url }: SentryTarget,
  way: Omit<Announcement, 'targets'>,
  record: DeployRecord,
): Promise<void> {
  const releases = `${url.replace(/\/+$/, '')}/api/0/organizations/${encodeURIComponent(organization)}/releases/`
  await postJson({ url: releases, body: toSentryRelease(record, project), token, ...way })
  await postJson({
    url: `${releases}${encodeURIComponent(record.revision)}/deploys/`,
    body: toSentryDeploy(record, project),
    token,
    ...way,
  })
}

/** An answer may say what it was sent. */
function toHiding(secrets: readonly (string | undefined)[]): (text: string) => string {
  const known = secrets.filter((secret) => secret !== undefined)
  return (text) => known.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text)
}
