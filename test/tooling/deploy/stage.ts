import { openClusterClient } from '../../../tooling/apply/cluster/cluster-client.ts'
import { deploy, type DeployOptions } from '../../../tooling/apply/deploy/deploy.ts'
import type { DeployContext, DeployPlan } from '../../../tooling/apply/deploy/deploy-context.ts'
import type { DeployEvent } from '../../../tooling/apply/deploy/reporter.ts'
import { planObjects } from '../../../tooling/plan/plan-objects.ts'
import { toDeployReport } from '../../../tooling/report/deploy-report.ts'
import { toExitCode } from '../../../tooling/report/exit-code.ts'
import { toPlainText } from '../../../tooling/report/plain-text.ts'
import { openProgress } from '../../../tooling/report/progress.ts'
import billing from '../../../examples/users/service.ts'
import { type FakeApiServer, openApiServer } from '../../fakes/kubernetes/api-server.ts'
import { inputOf } from '../manifests/cases.ts'

/** A fake cluster with a clock of its own: no test waits. */
export interface Stage {
  readonly api: FakeApiServer
  /** Deploys one image; resolves with what was told and the exit code, never rejects. */
  deploy(image: string, call?: DeployCall): Promise<Deployed>
  close(): Promise<void>
}

/** How one deploy of a test is done. */
export interface DeployCall {
  readonly plan?: Partial<DeployPlan>
  readonly options?: Partial<DeployOptions>
  readonly signal?: AbortSignal
  /** How long a request is tried again, milliseconds. */
  readonly patienceMs?: number
}

/** What a deploy came to. */
export interface Deployed {
  readonly exitCode: number
  /** What a person was told, without durations. */
  readonly transcript: string
  readonly events: readonly DeployEvent[]
  readonly seconds: number
}

/** Gives the reference of a made-up image. */
export function toImage(name: string): string {
  return `registry.acme.example/users@sha256:${name.padEnd(64, '0')}`
}

/** Gives what is deployed with an image: the objects of examples/users. */
export function toPlan(image: string): DeployPlan {
  const revision = image.slice(-64, -24)
  const { manifests } = planObjects(inputOf(billing, { image: image, revision }), [])
  return { revision, image, committedAtSeconds: 1, manifests }
}

/** Opens a fake cluster; the caller closes it. */
export async function openStage(): Promise<Stage> {
  const api = await openApiServer()
  let nowMs = Date.parse('2026-01-02T03:04:05Z')
  const sleep = async (ms: number): Promise<void> => {
    nowMs += ms
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
  }
  return {
    api,
    deploy: async (image, call = {}) => {
      const startedMs = nowMs
      const access = {
        context: 'test',
        server: new URL(api.url),
        tls: {},
        credentials: { kind: 'none' as const },
      }
      const { patienceMs = 60_000 } = call
      const now = (): number => nowMs
      const opened = openClusterClient(access, { env: {}, proxy: {}, sleep, now, patienceMs })
      const client = opened.within({ signal: call.signal })
      let transcript = ''
      const stream = { write: (text: string) => void (transcript += text) }
      const events: DeployEvent[] = []
      const tell = toDeployReport({ progress: openProgress(stream), environment: 'production' })
      const context: DeployContext = {
        client,
        app: 'users',
        environment: 'production',
        report: (event) => {
          events.push(event)
          tell(event)
        },
        now,
        sleep,
        signal: call.signal ?? new AbortController().signal,
      }
      const exitCode = await run(context, image, { call, stream })
      client.close()
      const seconds = (nowMs - startedMs) / 1000
      return {
        exitCode,
        transcript: transcript.replaceAll(/after \d+ s/g, 'after … s'),
        events,
        seconds,
      }
    },
    close: () => api.close(),
  }
}

interface Running {
  readonly call: DeployCall
  readonly stream: { write(text: string): void }
}

async function run(
  context: DeployContext,
  image: string,
  { call, stream }: Running,
): Promise<number> {
  try {
    await deploy(
      context,
      { ...toPlan(image), ...call.plan },
      {
        timeoutMs: 300_000,
        lockPatienceMs: 120_000,
        isRollingBack: true,
        isPruneAllowed: false,
        who: 'ann',
        ...call.options,
      },
    )
    return 0
  } catch (error) {
    stream.write(`${toPlainText(error instanceof Error ? error.message : String(error))}\n`)
    return toExitCode(error)
  }
}
