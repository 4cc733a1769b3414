import { isSafeAddress, type AnnounceSettings } from './announce-settings.ts'

/** Who is told of a deploy, with what it takes to be let in. */
export interface AnnounceTargets {
  readonly sentry?: SentryTarget
  readonly webhookUrl?: string
  /** What is configured and cannot be used. */
  readonly problems: readonly string[]
}

/** An organization at Sentry. */
export interface SentryTarget {
  readonly url: string
  readonly organization: string
  readonly project: string
  /** Shown nowhere. */
  readonly token: string
}

type Env = Readonly<Record<string, string | undefined>>

/** Gives who is told of the deploys of `app`, by the settings and the variables that they name. */
export function toAnnounceTargets(
  { sentry, webhook }: AnnounceSettings,
  app: string,
  env: Env,
): AnnounceTargets {
  const problems: string[] = []
  const read = (name: string, whom: string): string | undefined => {
    const value = env[name]?.trim() ?? ''
    if (value === '') problems.push(`${name} is not set: ${whom} is not told of the deploy`)
    return value === '' ? undefined : value
  }
  const token =
    sentry === undefined ? undefined : read(sentry.tokenVariable ?? 'SENTRY_AUTH_TOKEN', 'Sentry')
  const variable = webhook?.urlVariable
  const named = variable === undefined ? webhook?.url : read(variable, 'the webhook')
  const isUsable = named === undefined || isSafeAddress(named)
  if (!isUsable)
    problems.push(
      `${variable ?? 'url'} (${named.length} characters, not shown) is no address of https: the webhook is not told of the deploy`,
    )
  return {
    problems,
    ...(isUsable && named !== undefined ? { webhookUrl: named } : {}),
    ...(sentry === undefined || token === undefined
      ? {}
      : {
          sentry: {
            url: sentry.url ?? 'https://sentry.io',
            organization: sentry.organization,
            project: sentry.project ?? app,
            token,
          },
        }),
  }
}
