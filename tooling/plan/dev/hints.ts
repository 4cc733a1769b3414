import type { Finding, ProcessFacts, ServiceSummary } from './api.ts'

/** What a hint is made of. */
export interface HintFacts {
  readonly process: ProcessFacts | undefined
  readonly counts: ServiceSummary['counts']
  readonly nowMs: number
}

/** How long a service may take until it is asked why nothing is to be seen. */
const START_MS = 5_000

/** Says why there is less to see of a service than there could be, the most likely reason first. */
export function toHints({ process, counts, nowMs }: HintFacts): Finding[] {
  if (process === undefined) return toRemoteHints(counts)
  const { state, name } = process
  if (state === 'crashed')
    return [
      {
        message: `no telemetry because the process ${process.ended ?? 'ended'}`,
        fix: `read its last lines below Logs, correct the code and save: ${name} starts again`,
      },
    ]
  if (state === 'stopped')
    return [
      {
        message: 'no telemetry because the process is stopped',
        fix: 'start it again, here or with kube dev',
      },
    ]
  if (state !== 'running' || nowMs - (process.startedMs ?? nowMs) < START_MS) return []
  return [...toQuietHints(process, counts), ...process.findings]
}

function toQuietHints(process: ProcessFacts, counts: ServiceSummary['counts']): Finding[] {
  const { name, url, adminUrl, isListening, isScraped, scrapeProblem } = process
  if (!isScraped && counts.spans === 0 && counts.points === 0)
    return [
      {
        message: `no telemetry because nothing answers on the admin port ${adminUrl}: ${name} has not called init() of servicex`,
        fix: "make `import { init } from 'servicex'` the first import of its entrypoint and call init(), or send OTLP from any OpenTelemetry SDK",
      },
      ...(isListening ? [] : [notListening(url)]),
    ]
  if (scrapeProblem !== undefined)
    return [
      {
        message: `no metrics because ${scrapeProblem}`,
        fix: `open ${adminUrl}/metrics and see what it says`,
      },
    ]
  if (counts.spans > 0) return []
  if (!isListening) return [notListening(url)]
  return [{ message: 'no traces because no request has come yet', fix: `curl ${url}/` }]
}

function notListening(url: string): Finding {
  const port = /:(\d+)$/.exec(url)?.[1] ?? ''
  return {
    message: `no requests because nothing listens on PORT=${port}, which was given to it`,
    fix: 'let it listen on the PORT of its environment',
  }
}

function toRemoteHints(counts: ServiceSummary['counts']): Finding[] {
  if (counts.spans > 0 || counts.logs === 0) return []
  return [
    {
      message: 'no traces because this process sends lines only',
      fix: 'set OTEL_EXPORTER_OTLP_ENDPOINT to the address of this page where it runs',
    },
  ]
}
