import { type Command, InvalidArgumentError } from 'commander'
import { openInterrupts } from '../apply/dev/interrupts.ts'
import { openBrowser } from '../apply/dev/open-browser.ts'
import { openSession, type Session } from '../apply/dev/session.ts'
import { keepHeapSmall } from '../apply/dev/small-heap.ts'
import { toCi } from '../parse/ci.ts'
import { toDevRequest, type DevFlags } from '../parse/dev-request.ts'
import { readToolVersion } from '../parse/tool-version.ts'
import { openDevOutput } from '../report/dev/dev-output.ts'
import { EXIT, type ExitCode } from '../report/exit-code.ts'
import type { Host } from '../report/terminal.ts'
import type { CommandContext } from './command.ts'
import { attachDevQueries } from './dev-queries.ts'

/** The port that OpenTelemetry's SDKs send to when nothing says otherwise. Source: OTLP/HTTP. */
const PREFERRED_PORT = 4318

/** `kube dev`: starts services on this machine, and shows what they do on one page. */
export function attachDev(command: Command, context: CommandContext): void {
  const { host, finish } = context
  command
    .argument('[services...]', 'folders of services, each with a service.ts or package.json', ['.'])
    .option(
      '--port <number>',
      'port of the page and of OTLP; another when it is taken',
      toPort,
      PREFERRED_PORT,
    )
    .option('--no-open', 'do not open the browser')
    .option('--no-watch', 'do not start a service again when its files change')
    .option('--receive-only', 'start no service: show what other processes send')
    .option('--forward <url>', 'pass traces, logs and metrics on to this OTLP/HTTP collector')
    .option(
      '--persist',
      'keep what comes in a file below node_modules, and show it again next time',
    )
    .option('--persist-to <file>', 'the same, in this file')
    .option('--json', 'print one JSON object a line: where things are, lines, notices')
    .action(async (services: readonly string[], flags: DevFlags) => {
      finish(await runDev(services, flags, host))
    })
  attachDevQueries(command, context)
}

async function runDev(services: readonly string[], flags: DevFlags, host: Host): Promise<ExitCode> {
  keepHeapSmall()
  const request = await toDevRequest(services, flags, host)
  const interrupts = openInterrupts()
  const output = openDevOutput(host, {
    isJson: flags.json === true,
    services: request.services.map(({ name }) => name),
  })
  try {
    const session = await openSession({
      ...request,
      version: readToolVersion(),
      onLine: output.line,
      onNotice: output.notice,
    })
    output.started(session.dashboard, session.processes())
    if (flags.open && host.stderr.isTTY === true && toCi(host.env) === undefined)
      openBrowser(session.dashboard.url, host.env)
    await interrupts.first
    return await endSession(session, () => output.stopping(session.processes().length), interrupts)
  } finally {
    interrupts.close()
  }
}

/** The first Ctrl-C drains; the second ends everything at once. */
async function endSession(
  session: Session,
  announce: () => void,
  interrupts: ReturnType<typeof openInterrupts>,
): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.done
  interrupts.onSecond(() => {
    exitCode = EXIT.interrupted
    session.kill()
  })
  announce()
  await session.close()
  return exitCode
}

function toPort(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('expected a port, 0 to 65535; 0 is any that is free.')
}
