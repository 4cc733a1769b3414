import { join, resolve } from 'node:path'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { type DevService, readDevServices } from './dev-service.ts'
import { toStateFolder } from './dev-sessions.ts'

/** The options of `kube dev`. */
export interface DevFlags {
  readonly port: number
  readonly open: boolean
  readonly watch: boolean
  readonly receiveOnly?: boolean
  readonly forward?: string
  readonly persist?: boolean
  readonly persistTo?: string
  readonly json?: boolean
}

/** What `kube dev` was asked for. */
export interface DevRequest {
  readonly services: readonly DevService[]
  readonly port: number
  readonly isWatched: boolean
  readonly forwardUrl?: string
  readonly forwardHeaders: Readonly<Record<string, string>>
  readonly persistPath?: string
  readonly inherited: Readonly<Record<string, string | undefined>>
  readonly stateFolder: string
}

interface Around {
  cwd(): string
  readonly env: Readonly<Record<string, string | undefined>>
}

const DEFAULT_FILE = join('node_modules', '.cache', 'servicex', 'dev.sqlite')

/** Reads what is to be started. Rejects with SERVICEX_USAGE when a folder or an address is none. */
export async function toDevRequest(
  folders: readonly string[],
  flags: DevFlags,
  around: Around,
): Promise<DevRequest> {
  const { env } = around
  const here = around.cwd()
  const read =
    flags.receiveOnly === true ? [] : folders.map((folder) => readDevServices(folder, here))
  const services = (await Promise.all(read)).flat()
  assertNames(services)
  const forwardUrl = flags.forward === undefined ? undefined : toForwardUrl(flags.forward)
  const persist = flags.persistTo ?? (flags.persist === true ? DEFAULT_FILE : undefined)
  return {
    services,
    port: flags.port,
    isWatched: flags.watch,
    ...(forwardUrl === undefined ? {} : { forwardUrl }),
    forwardHeaders: toHeaders(env['OTEL_EXPORTER_OTLP_HEADERS']),
    ...(persist === undefined ? {} : { persistPath: resolve(here, persist) }),
    inherited: env,
    stateFolder: toStateFolder(env),
  }
}

function assertNames(services: readonly DevService[]): void {
  const names = services.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice === undefined) return
  const roots = services.filter(({ name }) => name === twice).map(({ root }) => root)
  throw new ServicexError('SERVICEX_USAGE', {
    summary: `two services are called "${twice}"`,
    details: roots,
    fix: 'name each folder once, and give each service.ts a name of its own',
  })
}

function toForwardUrl(text: string): string {
  const url = URL.parse(text)
  if (url !== null && /^https?:$/.test(url.protocol)) return url.href
  throw new ServicexError('SERVICEX_USAGE', {
    summary: `--forward is "${text}" — expected the http(s) address of an OTLP/HTTP collector`,
    fix: 'give it an address such as http://127.0.0.1:14318',
  })
}

/** Source: OpenTelemetry, `key=value` pairs with a comma between, values percent-encoded. */
function toHeaders(text = ''): Record<string, string> {
  const pairs = text.split(',').flatMap((pair) => {
    const [name = '', ...value] = pair.split('=')
    return name.trim() === '' ? [] : [[name.trim(), decode(value.join('=').trim())] as const]
  })
  return Object.fromEntries(pairs)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
