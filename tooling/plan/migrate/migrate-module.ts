import type { ConsoleCall } from '../../parse/facts/edit-places.ts'
import { type Edit, editText, removeStatement } from './edit-text.ts'
import { isInitiated, type ModuleOptions, planHead } from './module-head.ts'
import type { ModuleFacts } from './migration.ts'

/** What becomes of a module, and what was done in it. */
export interface MigratedModule {
  readonly after: string
  readonly done: readonly string[]
}

/** The console's methods, and the log's level in their place; what is not here stays. */
const LEVELS: Readonly<Record<string, string>> = {
  log: 'info',
  info: 'info',
  warn: 'warn',
  error: 'error',
  debug: 'debug',
  trace: 'debug',
}

/** Middleware that writes access lines: the log has one for each request already. */
const ACCESS_LOGGERS: ReadonlySet<string> = new Set(['morgan', 'pinoHttp', 'logger'])
const ACCESS_PACKAGES: ReadonlySet<string> = new Set(['morgan', 'pino-http'])

/** Changes one module: the console becomes the log, access loggers go, an entrypoint begins with `init()`. */
export function migrateModule(module: ModuleFacts, options: ModuleOptions): MigratedModule {
  const { path, text, places } = module
  const calls = places.consoleCalls.filter(({ method }) => Object.hasOwn(LEVELS, method))
  const log = places.names.has('log') ? 'serviceLog' : 'log'
  const dropped = droppedMiddleware(module)
  const edits: readonly Edit[] = [
    ...calls.flatMap((call) => toLogCall(call, log)),
    ...dropped.map((range) => removeStatement(text, range)),
    ...planHead(module, {
      ...options,
      isFormatting: calls.some(({ argumentCount }) => argumentCount > 1),
      ...(calls.length === 0 ? {} : { log }),
    }),
  ]
  return {
    after: editText(text, edits),
    done: [
      ...(options.isEntrypoint && !isInitiated(module) ? [`${path} begins with init()`] : []),
      ...(calls.length > 0
        ? [`${path}: ${toCalls(calls.length)} of the console go to the log`]
        : []),
      ...dropped
        .filter(({ isImport }) => !isImport)
        .map(({ name }) => `${path}: ${name} is gone, every request has its line`),
    ],
  }
}

function toCalls(count: number): string {
  return count === 1 ? '1 call' : `${count} calls`
}

/** The console joins its arguments, the log takes fields and a message: several are joined as the console does. */
function toLogCall(call: ConsoleCall, log: string): readonly Edit[] {
  const { method, argumentCount, start, end, callEnd } = call
  const name = `${log}.${LEVELS[method]}`
  if (argumentCount === 0) return [{ start, end: callEnd, text: `${name}('')` }]
  if (argumentCount === 1) return [{ start, end, text: name }]
  return [
    { start, end, text: `${name}(format` },
    { start: callEnd, end: callEnd, text: ')' },
  ]
}

interface Dropped {
  readonly name: string
  readonly start: number
  readonly end: number
  readonly isImport: boolean
}

/** An import is dropped only with what it is used for. */
function droppedMiddleware({ places }: ModuleFacts): readonly Dropped[] {
  const imported = places.imports.filter(({ name }) => ACCESS_PACKAGES.has(name))
  const used = places.middleware.filter(({ name }) => ACCESS_LOGGERS.has(name))
  if (imported.length === 0 || used.length === 0) return []
  return [
    ...imported.map((place) => ({ ...place, isImport: true })),
    ...used.map((place) => ({ ...place, isImport: false })),
  ]
}
