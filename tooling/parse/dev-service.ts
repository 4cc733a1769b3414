import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { pathToFileURL } from 'node:url'
import type { Description, ProcessDescription } from '../../src/convention/description.ts'
import { toServiceName, toServiceProcessName } from '../../src/convention/names.ts'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { readDescription } from './description.ts'
import { type PackageJson, readProject } from './project.ts'
import type { DevSettings } from './settings.ts'

/** One process of a service, as `kube dev` starts it. */
export interface DevService {
  /** Its `service.name`. */
  readonly name: string
  readonly root: string
  readonly command: readonly string[]
  /** Of its `.env` file and its settings. */
  readonly env: Readonly<Record<string, string>>
  /** Its name among the processes of its app, when the app declares several. */
  readonly process?: string
}

/** Where an entrypoint stands that nobody names. */
const ENTRYPOINTS = [
  'src/app',
  'src/main',
  'src/index',
  'src/server',
  'app',
  'main',
  'index',
  'server',
]
const EXTENSIONS = ['ts', 'mts', 'js', 'mjs', 'cjs']
const DECLARATIONS = ['service.ts', 'service.js', 'service.mjs']
const REGISTER = 'servicex/register'

/** Says whether a folder holds a service: a declaration, or a package. */
function isServiceFolder(folder: string): boolean {
  return [...DECLARATIONS, 'package.json'].some((name) => existsSync(join(folder, name)))
}

/**
 * Reads how the service of a folder is started: the `command` of its settings (`package.json#servicex.dev`), else
 * each process it declares, else its entrypoint with Node, else `npm start`.
 *
 * Rejects with SERVICEX_USAGE when there is no such folder, or nothing in it to start.
 */
export async function readDevServices(path: string, cwd: string): Promise<DevService[]> {
  const root = resolve(cwd, path)
  await assertFolder(root, path)
  const { packageJson, settings } = await readPackage(root)
  const packageName = toServiceName(packageJson.name ?? basename(root))
  const description = DECLARATIONS.some((name) => existsSync(join(root, name)))
    ? await readDescription(root, { packageName })
    : undefined
  const name = description?.name ?? packageName
  const env = { ...(await readEnvFile(root)), ...settings.env }
  if (settings.command !== undefined) return [{ name, root, command: settings.command, env }]
  const declared = toDeclared(description, { root, name, env })
  if (declared.length > 0) return declared
  return [{ name, root, command: findCommand(root, packageJson, path), env }]
}

async function assertFolder(root: string, path: string): Promise<void> {
  const found = await stat(root).catch(() => undefined)
  if (found?.isDirectory() === true && isServiceFolder(root)) return
  throw new ServicexError('SERVICEX_USAGE', {
    summary:
      found === undefined
        ? `there is no folder ${path}`
        : `${path} holds no service: neither service.ts nor package.json`,
    fix: 'name the folders of the services to start, as in `kube dev . ../users`',
  })
}

/** The package of the folder itself: one that lies above it is of something else. */
async function readPackage(
  root: string,
): Promise<{ readonly packageJson: PackageJson; readonly settings: DevSettings }> {
  if (!existsSync(join(root, 'package.json'))) return { packageJson: {}, settings: {} }
  const { packageJson, settings } = await readProject(root)
  return { packageJson, settings: settings.dev ?? {} }
}

/** Jobs that run by a schedule are not started: nobody waits for the night. */
function toDeclared(
  description: Description | undefined,
  shared: Pick<DevService, 'root' | 'name' | 'env'>,
): DevService[] {
  const running = Object.entries(description?.processes ?? {}).flatMap(([process, declared]) => {
    const command = declared.kind === 'cronjob' ? undefined : toCommand(shared.root, declared)
    return command === undefined ? [] : [{ process, command }]
  })
  return running.map(({ process, command }) => ({
    ...shared,
    name: toServiceProcessName(shared.name, process),
    command,
    process,
  }))
}

function toCommand(
  root: string,
  { command, entrypoint }: ProcessDescription,
): readonly string[] | undefined {
  if (command !== undefined) return command
  return entrypoint === undefined ? undefined : toNodeCommand(root, entrypoint)
}

function findCommand(
  root: string,
  { main, scripts }: PackageJson,
  path: string,
): readonly string[] {
  const candidates = ENTRYPOINTS.flatMap((name) => EXTENSIONS.map((each) => `${name}.${each}`))
  const entrypoint = [...candidates, ...(main === undefined ? [] : [main])].find((name) =>
    existsSync(join(root, name)),
  )
  if (entrypoint !== undefined) return toNodeCommand(root, entrypoint)
  if (scripts?.['start'] !== undefined) return ['npm', 'run', '--silent', 'start']
  throw new ServicexError('SERVICEX_USAGE', {
    summary: `nothing in ${path} says how it is started: no src/app.ts or its like, no main, no start script`,
    fix: 'set package.json#servicex.dev.command, as in ["python", "app.py"]',
  })
}

/** As in the image: hooks are armed before the app's own imports, where servicex is installed. */
function toNodeCommand(root: string, entrypoint: string): readonly string[] {
  const register = findRegister(root)
  const hooks = register === undefined ? [] : ['--import', pathToFileURL(register).href]
  return [process.execPath, '--enable-source-maps', ...hooks, entrypoint]
}

function findRegister(root: string): string | undefined {
  try {
    return createRequire(join(root, 'package.json')).resolve(REGISTER)
  } catch {
    // An app without servicex: what it sends by itself is shown.
    return undefined
  }
}

async function readEnvFile(root: string): Promise<Record<string, string>> {
  const text = await readFile(join(root, '.env'), 'utf8').catch(() => '')
  return parseEnv(text) as Record<string, string>
}
