import type { Finding, ProcessFacts, ProcessState } from '../../plan/dev/api.ts'
import type { PointRecord } from '../../plan/dev/record.ts'
import { type Child, startChild } from './child.ts'
import { isListening, scrape } from './scrape.ts'
import { type FolderWatch, watchFolder } from './watch-folder.ts'

/** A service to run. */
export interface ServiceToRun {
  readonly name: string
  readonly root: string
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly port: number
  readonly adminPort: number
}

/** Who is told of what a service does. */
export interface ServiceListener {
  onLine(service: string, text: string, stream: 'stdout' | 'stderr'): void
  /** Something a person wants to know: that it started, why it starts anew, how it ended. */
  onNotice(service: string, text: string): void
  onPoints(points: readonly PointRecord[]): void
  onChange(): void
  /** Looks into a service from which nothing came. */
  diagnose?(service: ServiceToRun): Promise<readonly Finding[]>
}

const STOP_MS = 15_000
const PROBE_MS = 2_000
/** When nothing has come so long after the start, somebody looks why. */
const QUIET_PROBES = 4

/** Runs one service: starts it, starts it anew when its files change, and reads its `/metrics`. */
export class SupervisedService {
  readonly service: ServiceToRun
  readonly #listener: ServiceListener
  #child: Child | undefined
  /** The one that is asked to end. */
  #ending: Child | undefined
  #watch: FolderWatch | undefined
  #timer: NodeJS.Timeout | undefined
  #state: ProcessState = 'starting'
  #startedMs: number | undefined
  #restarts = 0
  #ended: string | undefined
  #isListening = false
  #isScraped = false
  #scrapeProblem: string | undefined
  #findings: readonly Finding[] = []
  #probes = 0
  /** Changes come while one is worked on: they are done one after the other. */
  #work: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(service: ServiceToRun, listener: ServiceListener) {
    this.service = service
    this.#listener = listener
  }

  /** What is known of its process. */
  facts(): ProcessFacts {
    const { name, root, command, port, adminPort } = this.service
    const pid = this.#child?.pid
    return {
      name,
      state: this.#state,
      root,
      command: command.join(' '),
      ...(pid === undefined ? {} : { pid }),
      ...(this.#startedMs === undefined ? {} : { startedMs: this.#startedMs }),
      restarts: this.#restarts,
      ...(this.#ended === undefined ? {} : { ended: this.#ended }),
      url: `http://127.0.0.1:${port}`,
      adminUrl: `http://127.0.0.1:${adminPort}`,
      isListening: this.#isListening,
      ...(this.#scrapeProblem === undefined ? {} : { scrapeProblem: this.#scrapeProblem }),
      isScraped: this.#isScraped,
      findings: this.#findings,
    }
  }

  /** Starts it, and watches its files when `isWatched`. */
  async open(isWatched: boolean): Promise<void> {
    this.start()
    if (isWatched) this.#watch = await watchFolder(this.service.root, (path) => this.#changed(path))
    this.#timer = setInterval(() => void this.#probe(), PROBE_MS)
    this.#timer.unref()
  }

  /** Starts it, unless it runs. */
  start(): void {
    this.#then(async () => {
      if (this.#child === undefined) this.#spawn()
    })
  }

  /** Stops it, and starts it again. */
  restart(): void {
    this.#then(async () => {
      this.#restarts += 1
      await this.#stop('restarting')
      this.#spawn()
    })
  }

  /** Stops it until it is started. */
  stop(): void {
    this.#then(() => this.#stop('stopping'))
  }

  /** Ends it in order; resolves when it has. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#watch?.close()
    clearInterval(this.#timer)
    await this.#work
    await this.#stop('stopping')
  }

  /** Ends it at once. */
  kill(): void {
    this.#child?.kill()
    this.#ending?.kill()
  }

  #then(step: () => Promise<void>): void {
    this.#work = this.#work.then(() => (this.#isClosed ? undefined : step()))
  }

  #changed(path: string): void {
    this.#listener.onNotice(
      this.service.name,
      `${path.slice(this.service.root.length + 1)} changed: starting again`,
    )
    this.restart()
  }

  #spawn(): void {
    const { name, command, root, env } = this.service
    const child = startChild({
      command,
      cwd: root,
      env,
      onLine: (text, stream) => this.#listener.onLine(name, text, stream),
    })
    this.#child = child
    this.#ended = undefined
    this.#startedMs = Date.now()
    this.#isListening = false
    this.#isScraped = false
    this.#findings = []
    this.#probes = 0
    this.#to('running')
    void this.#untilEnded(child)
  }

  /** A process that we stop ourselves is no longer the one of the service by then. */
  async #untilEnded(child: Child): Promise<void> {
    const { words, isCrash } = await child.ended
    if (this.#child !== child) return
    this.#child = undefined
    this.#ended = words
    this.#isListening = false
    this.#to(isCrash ? 'crashed' : 'stopped')
    const next = isCrash ? '; it starts again when a file of it changes' : ''
    this.#listener.onNotice(this.service.name, words + next)
  }

  async #stop(state: ProcessState): Promise<void> {
    const child = this.#child
    if (child === undefined) return
    this.#to(state)
    this.#child = undefined
    this.#ending = child
    this.#ended = (await child.stop(STOP_MS)).words
    this.#ending = undefined
    this.#isListening = false
    this.#to('stopped')
  }

  #to(state: ProcessState): void {
    this.#state = state
    this.#listener.onChange()
  }

  async #probe(): Promise<void> {
    if (this.#state !== 'running') return
    const child = this.#child
    const { name, port, adminPort } = this.service
    const [result, isUp] = await Promise.all([
      scrape(name, `http://127.0.0.1:${adminPort}`),
      this.#isListening || isListening(port),
    ])
    if (this.#child !== child) return
    this.#isListening = isUp
    if (result.kind === 'points') {
      this.#isScraped = true
      this.#listener.onPoints(result.points)
    }
    this.#scrapeProblem = result.kind === 'problem' ? result.reason : undefined
    this.#probes += 1
    if (this.#probes === QUIET_PROBES) this.#findings = await this.#diagnose()
    this.#listener.onChange()
  }

  async #diagnose(): Promise<readonly Finding[]> {
    if (this.#isScraped && this.#isListening) return []
    return (await this.#listener.diagnose?.(this.service)) ?? []
  }
}
