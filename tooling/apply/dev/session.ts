/**
 * One run of `kube dev`: the dashboard, the services, and what passes between them. `openSession`
 * starts all of it; `close` lets the services drain while the dashboard still takes what they say last.
 */
import type { DevService } from '../../parse/dev-service.ts'
import { toLogRecord } from '../../plan/dev/log-line.ts'
import type { ProcessFacts } from '../../plan/dev/api.ts'
import type { LogRecord } from '../../plan/dev/record.ts'
import { type ServicePlace, toServiceEnv } from '../../plan/dev/service-env.ts'
import { type Arrival, Store } from '../../plan/dev/store.ts'
import type { ServiceAction } from './dashboard-context.ts'
import { type Dashboard, openDashboard } from './dashboard-server.ts'
import { diagnoseService } from './diagnose-service.ts'
import { type Forward, openForward } from './forward.ts'
import { findPortFor } from './free-port.ts'
import { openPersistence, type Persistence } from './persist.ts'
import { type SessionFiles, writeSessionFiles } from './session-file.ts'
import { type ServiceListener, SupervisedService } from './supervised-service.ts'

/** What a session is opened with. */
export interface SessionOptions {
  readonly services: readonly DevService[]
  /** Of the dashboard; any other when it is taken, and 0 is any. */
  readonly port: number
  readonly isWatched: boolean
  /** Another OTLP/HTTP collector that gets what comes. */
  readonly forwardUrl?: string
  readonly forwardHeaders?: Readonly<Record<string, string>>
  readonly persistPath?: string
  /** The variables of the person's shell. */
  readonly inherited: Readonly<Record<string, string | undefined>>
  /** Where sessions are found by other commands. */
  readonly stateFolder: string
  readonly version: string
  readonly onLine?: (line: LogRecord, text: string) => void
  readonly onNotice?: (service: string, text: string) => void
}

/** A session that runs; whoever opened it closes it. */
export interface Session {
  readonly dashboard: Dashboard
  readonly store: Store
  processes(): readonly ProcessFacts[]
  /** Lets every service drain and end, then closes the dashboard. */
  close(): Promise<void>
  /** Ends every service at once; `close` still has to be waited for. */
  kill(): void
}

/** Opens a session. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const store = new Store()
  const persistence = await openStorage(options, store)
  const forward = toForward(options)
  const supervised: SupervisedService[] = []
  const dashboard = await openDashboard({
    store,
    port: options.port,
    ...(forward === undefined ? {} : { forward }),
    session: () => ({
      processes: supervised.map((each) => each.facts()),
      ...(forward === undefined ? {} : { forward: forward.state() }),
      ...(persistence === undefined ? {} : { persist: persistence.path }),
      version: options.version,
      nowMs: Date.now(),
    }),
    act: (name, action) => act(supervised, name, action),
    serviceOf: (project) => supervised[project - 1]?.service.name,
    ...(persistence === undefined ? {} : { onArrivals: (arrivals) => persistence.keep(arrivals) }),
    onClear: () => persistence?.clear(),
  })
  const listener = toListener(options, store, persistence)
  for (const service of await placeServices(options, dashboard.origin))
    supervised.push(new SupervisedService(service, listener))
  const files = writeFiles(options, dashboard, supervised)
  await Promise.all(supervised.map((each) => each.open(options.isWatched)))
  return {
    dashboard,
    store,
    processes: () => supervised.map((each) => each.facts()),
    kill: () => supervised.forEach((each) => each.kill()),
    async close() {
      await Promise.all(supervised.map((each) => each.close()))
      await dashboard.close()
      persistence?.close()
      files.remove()
    },
  }
}

async function openStorage(
  { persistPath, onNotice }: SessionOptions,
  store: Store,
): Promise<Persistence | undefined> {
  if (persistPath === undefined) return undefined
  const persistence = await openPersistence(persistPath, store.limits, (text) =>
    onNotice?.('kube dev', text),
  )
  const nowMs = Date.now()
  for (const arrival of persistence.load()) store.add(arrival, nowMs)
  return persistence
}

function toForward({ forwardUrl, forwardHeaders = {} }: SessionOptions): Forward | undefined {
  return forwardUrl === undefined ? undefined : openForward(forwardUrl, forwardHeaders)
}

function act(
  supervised: readonly SupervisedService[],
  name: string,
  action: ServiceAction,
): boolean {
  const found = supervised.find((each) => each.service.name === name)
  if (found === undefined) return false
  found[action]()
  return true
}

/** What a process prints is a line; its `/metrics` are points. */
function toListener(
  options: SessionOptions,
  store: Store,
  persistence: Persistence | undefined,
): ServiceListener {
  const add = (arrivals: readonly Arrival[]): void => {
    const nowMs = Date.now()
    for (const arrival of arrivals) store.add(arrival, nowMs)
    persistence?.keep(arrivals)
  }
  return {
    onLine(service, text, stream) {
      const record = toLogRecord(text, { service, source: stream, receivedMs: Date.now() })
      add([{ kind: 'log', record }])
      options.onLine?.(record, text)
    },
    onNotice: (service, text) => options.onNotice?.(service, text),
    onPoints: (points) => add(points.map((record) => ({ kind: 'point', record }))),
    onChange: () => store.touchServices(),
    diagnose: diagnoseService,
  }
}

/** Gives every service its ports, and its environment, which names those of the others. */
async function placeServices(
  { services, inherited }: SessionOptions,
  origin: string,
): Promise<ConstructorParameters<typeof SupervisedService>[0][]> {
  const taken = new Set<number>()
  const places: ServicePlace[] = []
  for (const { name } of services) {
    const port = await findPortFor(name, taken)
    taken.add(port)
    const adminPort = await findPortFor(`${name}:admin`, taken)
    taken.add(adminPort)
    places.push({ name, port, adminPort })
  }
  return services.map((service, index) => {
    const place = places[index] as ServicePlace
    const env = toServiceEnv({
      inherited,
      own: service.env,
      dashboard: { origin },
      service: place,
      ...(service.process === undefined ? {} : { process: service.process }),
      number: index + 1,
      services: places,
    })
    return { ...place, root: service.root, command: service.command, env }
  })
}

function writeFiles(
  { stateFolder, services }: SessionOptions,
  { origin, token }: Dashboard,
  supervised: readonly SupervisedService[],
): SessionFiles {
  const roots = [...new Set(services.map(({ root }) => root))]
  const session = { pid: process.pid, url: origin, token, roots, startedMs: Date.now() }
  const places = supervised.map((each) => each.facts()).map(({ name, url }) => ({ name, url }))
  return writeSessionFiles(stateFolder, session, places)
}
