import { delimiter, dirname } from 'node:path'

/** Variables that say where programs, folders and the way out are. */
const PLACES =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|XDG_CACHE_HOME|XDG_DATA_HOME|(?:https?|no|all)_proxy|SSL_CERT_(?:FILE|DIR)|NODE_EXTRA_CA_CERTS|CI|SystemRoot|COREPACK_.*|PNPM_HOME)$/i

/** What npm tells the scripts it runs; to another npm it would be a setting. */
const OF_OUTER_RUN =
  /^npm_(?:package|lifecycle|node|execpath|command|config_(?:local_prefix|prefix|user_agent|node_gyp|npm_version|init_module|omit|include|production|workspaces?|os|cpu|libc|ignore_scripts|offline|prefer_offline|dry_run|json|package_lock|save.*|global))|^INIT_CWD$|^npm_package_/i

/** Settings of Node that would change what runs inside of it. */
const OF_NODE = /^(?:NODE_OPTIONS|NODE_ENV|NODE_PATH|NODE_COMPILE_CACHE|NODE_V8_COVERAGE|VITEST.*)$/

type Env = Readonly<Record<string, string | undefined>>

/**
 * Gives the variables a package manager is started with: all of the caller's, since any may be the
 * token that an .npmrc names, but those by which an outer npm or Node would change what it does.
 */
export function readInstallEnv(env: Env = process.env): NodeJS.ProcessEnv {
  return toEnv(env, (name) => !OF_OUTER_RUN.test(name) && !OF_NODE.test(name))
}

/**
 * Gives the variables a build script is started with: where things are, and those that the project
 * names. A token of the machine that built does not get into what it built. Time zone, locale and
 * `SOURCE_DATE_EPOCH` are the same everywhere.
 */
export function readBuildEnv(
  named: readonly string[],
  committedAtSeconds: number,
  env: Env = process.env,
): NodeJS.ProcessEnv {
  return {
    ...toEnv(env, (name) => PLACES.test(name) || named.includes(name)),
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    SOURCE_DATE_EPOCH: String(committedAtSeconds),
  }
}

function toEnv(env: Env, isKept: (name: string) => boolean): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => isKept(name) && name !== 'PATH')
  return { ...Object.fromEntries(kept), PATH: toPath(env['PATH'] ?? '') }
}

/** This very Node first, and none of the programs that the developer's own packages brought. */
function toPath(path: string): string {
  const folders = path
    .split(delimiter)
    .filter((folder) => folder !== '' && !/(?:^|[/\\])node_modules(?:[/\\]|$)/.test(folder))
  return [...new Set([dirname(process.execPath), ...folders])].join(delimiter)
}
