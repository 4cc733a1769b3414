import { z } from 'zod'

/** Who is told of deploys, beside the history in the namespace. */
export interface AnnounceSettings {
  readonly sentry?: SentrySettings
  readonly webhook?: WebhookSettings
}

/** Where releases and deploys are told to Sentry. */
export interface SentrySettings {
  /** Its slug. */
  readonly organization: string
  /** Its slug; the app's name when absent. */
  readonly project?: string
  /** Default `https://sentry.io`. */
  readonly url?: string
  /** The name of the environment variable that holds the token. Default `SENTRY_AUTH_TOKEN`. */
  readonly tokenVariable?: string
}

/** Where the end of each deploy is posted; one of the two says it. */
export interface WebhookSettings {
  readonly url?: string
  /** The name of the environment variable that holds the address: Slack's is a secret. */
  readonly urlVariable?: string
}

const ADDRESS = z
  .string()
  .refine(isSafeAddress, 'expected an address of https; http is for loopback')
/** A token that stands here by mistake has small letters: it is refused, and so shown nowhere. */
const VARIABLE = z
  .string()
  .regex(/^[A-Z_][A-Z\d_]*$/, 'expected the name of an environment variable, never the value')
const SLUG = z.string().regex(/^[\w.-]+$/, 'expected a slug: letters, digits, - _ and .')

/** Says what the settings of announcements may be. */
export const ANNOUNCE_SETTINGS: z.ZodType<AnnounceSettings> = z.strictObject({
  sentry: z
    .strictObject({
      organization: SLUG,
      project: SLUG.exactOptional(),
      url: ADDRESS.exactOptional(),
      tokenVariable: VARIABLE.exactOptional(),
    })
    .exactOptional(),
  webhook: z
    .strictObject({ url: ADDRESS.exactOptional(), urlVariable: VARIABLE.exactOptional() })
    .refine(
      ({ url, urlVariable }) => (url === undefined) !== (urlVariable === undefined),
      'expected url or urlVariable, one of them',
    )
    .exactOptional(),
})

/** Says whether what is sent there can be read by nobody on the way. */
export function isSafeAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { hostname, protocol } = new URL(text)
  if (protocol === 'https:') return true
  const isLoopback =
    hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname)
  return protocol === 'http:' && isLoopback
}
