import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import type { Credential } from '../../parse/credential-source.ts'

/** What a credential helper said: a credential, or why there is none. */
export type HelperAnswer =
  | { readonly kind: 'credential'; readonly credential: Credential }
  | { readonly kind: 'none'; readonly reason: string }

/** What a helper is asked, and how. */
export interface HelperCall {
  /** `desktop` of `docker-credential-desktop`. */
  readonly helper: string
  readonly server: string
  /** Its variables; it is looked for on their PATH. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly timeoutMs: number
}

/** The user name by which a helper says that the secret is an identity token. Source: docker-credential-helpers. */
const TOKEN_USER = '<token>'

const HELPER_NAME = /^[A-Za-z0-9][\w.-]{0,63}$/

/** What helpers say when they simply do not know a registry. Source: docker-credential-helpers, credentials/error.go. */
const UNKNOWN_SERVER = /credentials not found/i

/** Asks a credential helper, without a shell. Never rejects: a helper that fails has no credential, for a reason. */
export async function readHelper(call: HelperCall): Promise<HelperAnswer> {
  const program = `docker-credential-${call.helper}`
  if (!HELPER_NAME.test(call.helper)) return none('its helper has a name that is no program')
  try {
    const { exitCode, output } = await run(program, call)
    if (exitCode !== 0) {
      const isUnknown = UNKNOWN_SERVER.test(output)
      // What a failing helper prints may hold what it was to keep.
      return none(isUnknown ? `${program} has no entry` : `${program} exits ${exitCode}`)
    }
    return toAnswer(program, output)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return none(`${program} is not on the PATH`)
    return none(`${program} gave no answer (${code ?? 'stopped'})`)
  }
}

interface HelperRun {
  readonly exitCode: number | null
  readonly output: string
}

async function run(program: string, { server, env, timeoutMs }: HelperCall): Promise<HelperRun> {
  const child = spawn(program, ['get'], {
    shell: false,
    stdio: ['pipe', 'pipe', 'ignore'],
    env,
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  })
  const { promise: ended, resolve, reject } = Promise.withResolvers<number | null>()
  child.on('error', reject)
  child.on('close', resolve)
  // A helper may end before it has read all.
  child.stdin.on('error', () => undefined)
  child.stdin.end(server)
  const [exitCode, output] = await Promise.all([ended, text(child.stdout)])
  return { exitCode, output }
}

function toAnswer(program: string, output: string): HelperAnswer {
  try {
    const { Username, Secret } = JSON.parse(output) as Readonly<Record<string, unknown>>
    if (typeof Username === 'string' && typeof Secret === 'string' && Secret !== '')
      return {
        kind: 'credential',
        credential:
          Username === TOKEN_USER
            ? { kind: 'identity-token', token: Secret }
            : { kind: 'basic', username: Username, password: Secret },
      }
  } catch {
    // The parser's message cites the text, and with it the secret.
  }
  return none(`${program} printed no credential`)
}

function none(reason: string): HelperAnswer {
  return { kind: 'none', reason }
}
