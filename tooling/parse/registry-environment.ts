import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { ServicexError } from '../../src/convention/servicex-error.ts'

/** What the environment says of registries: where credentials are kept, and which proxy leads out. */
export interface RegistryEnvironment {
  /** Files in Docker's format, first to last; those that do not exist are skipped. */
  readonly credentialFiles: readonly CredentialFile[]
  /** The same format as a text, and the variable it came from. */
  readonly credentialText?: { readonly source: string; readonly text: string }
  /** The variables of credential helpers: no folder of the project's packages is on their PATH. */
  readonly helperEnv: Readonly<Record<string, string | undefined>>
  readonly proxy: ProxyVariables
}

/** A file with credentials; one that a variable names must exist. */
export interface CredentialFile {
  readonly path: string
  /** The variable that names it; absent for the usual places. */
  readonly variable?: string
}

/** The variables that Node's agents read, in upper case. */
export interface ProxyVariables {
  readonly HTTP_PROXY?: string
  readonly HTTPS_PROXY?: string
  readonly NO_PROXY?: string
}

/**
 * Reads the environment of the process. Credentials are looked for where Docker and Podman keep them:
 * `DOCKER_AUTH_CONFIG` (a text), `REGISTRY_AUTH_FILE`, `DOCKER_CONFIG` or `~/.docker`, then the places of Podman.
 *
 * Throws SERVICEX_CONFIG_INVALID when a proxy variable is no address.
 */
export function readRegistryEnvironment(
  env: Readonly<Record<string, string | undefined>> = process.env,
  home: string = homedir(),
): RegistryEnvironment {
  const text = env['DOCKER_AUTH_CONFIG']
  return {
    credentialFiles: credentialFiles(env, home),
    helperEnv: { ...env, PATH: withoutPackages(env['PATH'] ?? '') },
    proxy: proxyVariables(env),
    ...(text === undefined || text === ''
      ? {}
      : { credentialText: { source: 'DOCKER_AUTH_CONFIG', text } }),
  }
}

function credentialFiles(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): CredentialFile[] {
  const named = (variable: string, ...rest: readonly string[]): CredentialFile[] => {
    const value = env[variable]
    return value === undefined || value === '' ? [] : [{ path: join(value, ...rest), variable }]
  }
  const docker = named('DOCKER_CONFIG', 'config.json')
  const runtime = named('XDG_RUNTIME_DIR', 'containers', 'auth.json')
  const config = named('XDG_CONFIG_HOME', 'containers', 'auth.json')
  return [
    ...named('REGISTRY_AUTH_FILE'),
    ...(docker.length > 0 ? docker : [{ path: join(home, '.docker', 'config.json') }]),
    ...runtime.map(({ path }) => ({ path })),
    ...(config.length > 0
      ? config.map(({ path }) => ({ path }))
      : [{ path: join(home, '.config', 'containers', 'auth.json') }]),
  ]
}

/** `npx` puts the bins of the project's packages on the PATH: none of them is to see a password. */
function withoutPackages(path: string): string {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '' && !/(?:^|[/\\])node_modules[/\\]/.test(folder))
    .join(delimiter)
}

function proxyVariables(env: Readonly<Record<string, string | undefined>>): ProxyVariables {
  const read = (name: string): string | undefined => env[name.toLowerCase()] ?? env[name]
  const proxies = ['HTTP_PROXY', 'HTTPS_PROXY'].flatMap((name) => {
    const value = read(name)
    return value === undefined || value === '' ? [] : [[name, toProxyUrl(name, value)]]
  })
  const direct = read('NO_PROXY')
  return { ...Object.fromEntries(proxies), ...(direct === undefined ? {} : { NO_PROXY: direct }) }
}

/** An address without a scheme is one of http, as curl has it. The value may hold a password: it is not cited. */
function toProxyUrl(name: string, value: string): string {
  const text = value.includes('://') ? value : `http://${value}`
  if (/^https?:/i.test(text) && URL.canParse(text)) return text
  throw new ServicexError('SERVICEX_CONFIG_INVALID', {
    summary: `${name} is no address of an http or https proxy (its value has ${value.length} characters)`,
    fix: `set ${name} to http://proxy.example:3128, or unset it`,
  })
}
