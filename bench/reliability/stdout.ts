import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { openFifo } from '../../test/lifecycle/fifo.ts'
import { keepAliveClients, startLoad } from '../../test/lifecycle/load.ts'
import { readLedger } from '../../test/lifecycle/metrics-page.ts'
import type { FamilyReport, FamilyRow, RunOptions } from './report.ts'
import { endApp, openServer } from './start-app.ts'
import { type Variant, VARIANTS } from './variants.ts'

const FAULTS = ['closed', '/dev/full', 'stopped reader', 'slow reader'] as const
const SECONDS = { long: 4, short: 1 }

/** What a reader does while lines are written. */
interface Output {
  readonly fd: number
  /** Called when the service has started. */
  readonly begin: () => void
  readonly close: () => void
}

interface Written {
  readonly requests: number
  readonly failed: number
  readonly longestDelayMs: number
  readonly grownMb: number
  readonly dropped: number | string
  readonly exit: string
  readonly exitMs: number
}

/** Has services write 100 lines a request into a standard output that fails in one way after the other. */
export async function runStdout(options: RunOptions): Promise<FamilyReport> {
  const own: Written[] = []
  const rows: FamilyRow[] = []
  for (const variant of VARIANTS) {
    for (const fault of FAULTS) {
      const result = await write(variant, fault, options)
      if (variant.title === 'servicex') own.push(result)
      rows.push({ what: `${variant.title}: ${fault}`, cells: toCells(result) })
      options.tell(`stdout, ${variant.title}: ${fault}`)
    }
  }
  return {
    title: 'Standard output: four ways to take nothing',
    how: `Clients have a service write 100 lines of half a kilobyte a request, for ${options.short ? SECONDS.short : SECONDS.long} s, then SIGTERM; the stopped reader is \`cat\` under SIGSTOP. A process that has not ended after 15 s is killed.`,
    rows,
    targets: [
      { what: '0 failed requests', isMet: own.every(({ failed }) => failed === 0) },
      {
        what: 'the loop is held up for less than 200 ms',
        isMet: own.every(({ longestDelayMs }) => longestDelayMs < 200),
      },
      { what: 'every service ends with 0', isMet: own.every(({ exit }) => exit === '0') },
      {
        what: 'what is lost is counted',
        isMet: own.slice(0, 3).every(({ dropped }) => Number(dropped) > 0),
      },
    ],
  }
}

function toCells(result: Written): FamilyRow['cells'] {
  return {
    requests: result.requests,
    failed: result.failed,
    'longest delay of the loop, ms': Math.round(result.longestDelayMs),
    'RSS grown, MB': Math.round(result.grownMb),
    'lines counted as lost': result.dropped,
    exit: result.exit,
    'SIGTERM to exit, ms': Math.round(result.exitMs),
  }
}

async function write(variant: Variant, fault: string, { short }: RunOptions): Promise<Written> {
  const output = openOutput(fault)
  const app = await openServer(variant, { stdout: output.fd })
  await fetch(`http://127.0.0.1:${app.port}/delay`)
  output.begin()
  const beforeMb = app.rssMb()
  const seconds = short ? SECONDS.short : SECONDS.long
  const clients = startLoad(keepAliveClients(app.port, 4, '/lines'), 5)
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
  // A loop that stands still answers nobody: what it owes when the reader goes on is its delay.
  await Promise.race([clients.stop(), new Promise((resolve) => setTimeout(resolve, 5000))])
  const { answers, failures } = clients
  const longestDelayMs = await readDelayMs(app.port, seconds)
  const grownMb = app.rssMb() - beforeMb
  const dropped = variant.counts ? await readDropped(app.adminUrl) : 'not counted'
  const { exit, tookMs: exitMs } = await endApp(app, 'SIGTERM')
  output.close()
  return {
    requests: answers + failures.length,
    failed: failures.length,
    longestDelayMs,
    grownMb,
    dropped,
    exit: String(exit),
    exitMs,
  }
}

/** A service that does not answer stands still, for the whole of the time and longer. */
async function readDelayMs(port: number, seconds: number): Promise<number> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/delay`, {
      signal: AbortSignal.timeout(3000),
    })
    return Number(await response.text())
  } catch {
    return seconds * 1000 + 8000
  }
}

async function readDropped(adminUrl: string): Promise<number> {
  const { dropped, failed } = await readLedger(adminUrl, 'logging')
  return dropped + failed
}

function openOutput(fault: string): Output {
  if (fault === '/dev/full') {
    const fd = openSync('/dev/full', 'w')
    return { fd, begin: () => undefined, close: () => closeSync(fd) }
  }
  const fifo = openFifo()
  if (fault === 'closed')
    return { fd: fifo.fd, begin: () => fifo.closeReader(), close: () => fifo.close() }
  if (fault === 'slow reader') {
    const timer = setInterval(() => fifo.read(16_384), 10)
    return {
      fd: fifo.fd,
      begin: () => undefined,
      close: () => {
        clearInterval(timer)
        fifo.close()
      },
    }
  }
  const reader = spawn('cat', [fifo.path], { stdio: 'ignore' })
  return {
    fd: fifo.fd,
    begin: () => {
      fifo.closeReader()
      reader.kill('SIGSTOP')
    },
    close: () => {
      reader.kill('SIGKILL')
      fifo.close()
    },
  }
}
