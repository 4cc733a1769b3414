import { toHref } from './route.ts'

/**
 * Gives the command that asks the API the same. The token is not known to the page, which has it as
 * a cookie that no script can read: the person puts it in.
 */
export function toApiCurl(
  path: string,
  filters: Readonly<Record<string, string | null>> = {},
): string {
  const set = Object.fromEntries(
    Object.entries(filters).map(([name, value]) => [name, value ?? undefined]),
  )
  return `curl -H "Authorization: Bearer $KUBE_DEV_TOKEN" '${location.origin}${toHref(path, set).replaceAll("'", '%27')}'`
}
