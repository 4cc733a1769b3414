import { randomInt } from 'node:crypto'
import type { Command } from 'commander'
import { WEB_PROCESS } from '../../src/convention/names.ts'
import { findTemplate, readTemplate } from '../apply/run/read-template.ts'
import { type RunOutcome, runOnce } from '../apply/run/run-once.ts'
import { toCi } from '../parse/ci.ts'
import { toLogText } from '../plan/deploy/log-text.ts'
import { type PodTemplate, type RunJob, toRunJob } from '../plan/run/run-job.ts'
import { EXIT, type ExitCode, passExitCode } from '../report/exit-code.ts'
import { toPlainLine, toPlainText } from '../report/plain-text.ts'
import type { CommandContext } from './command.ts'
import { type OpenApp, toDeployContext, withApp } from './open-app.ts'
import { prepareDeploy } from './prepare-deploy.ts'
import { toSeconds } from './seconds-option.ts'

interface RunFlags {
  readonly process: string
  readonly revision?: string
  readonly image?: string
  readonly timeout: number
  readonly raw?: boolean
  readonly json?: boolean
}

const HELP = `
kube prod run -- node dist/backfill.js --since 2026-01-01

The command runs in a pod of its own, once, with the image, the variables and the rights of the pods that serve;
without a shell, and without a terminal. Ctrl-C ends it. Its Job is removed an hour after its end.

exit codes: that of the command; 126 and 127 when it cannot be executed or found, 70 when it was ended after
--timeout, 130 when interrupted, 1 when the cluster could not run it, 2 usage or configuration
`

/** `kube <env> run -- <command>`: runs a command once, as the app runs, and ends as it does. */
export function attachRun(command: Command, context: CommandContext): void {
  command
    .argument('<environment>', 'production, qa, …')
    .argument('<command...>', 'what to run, after --')
    .option('--process <name>', 'as which process', WEB_PROCESS)
    .option('--revision <revision>', 'as that commit would run; as what is deployed when absent')
    .option('--image <reference>', 'as that image runs')
    .option('--timeout <seconds>', 'how long it may take', toSeconds, 3600)
    .option('--raw', 'lines as the command wrote them')
    .option('--json', 'print one line of JSON a line of the log, and one for the end')
    .addHelpText('after', HELP)
    .action((word: string, words: readonly string[], flags: RunFlags) =>
      withApp(context, word, (open) => run(context, { open, words, flags })),
    )
}

interface RunCall {
  readonly open: OpenApp
  readonly words: readonly string[]
  readonly flags: RunFlags
}

async function run(context: CommandContext, call: RunCall): Promise<void> {
  const { finish, host, terminal } = context
  const { flags, open, words } = call
  const { app, signal } = open
  const tell = (text: string): void => void terminal.stderr.write(`${toPlainLine(text)}\n`)
  const planned = toRunJob(await readPattern(context, call), {
    app,
    process: flags.process,
    suffix: randomInt(36 ** 4, 36 ** 5).toString(36),
    command: words,
    timeoutSeconds: Math.ceil(flags.timeout),
    who: toCi(host.env)?.actor ?? host.env['USER'] ?? 'somebody',
  })
  for (const name of planned.leftOut) tell(`without the container ${name} that runs beside it`)
  tell(`image ${planned.image}`)
  const startedMs = Date.now()
  const deployContext = toDeployContext(open, (event) => {
    if (event.type === 'step') tell(event.text)
  })
  const take = (line: string): void => void terminal.stdout.write(toLine(line, flags))
  try {
    const timeoutMs = flags.timeout * 1000
    const outcome = await runOnce({ ...deployContext, take, timeoutMs }, planned)
    const seconds = Math.round((Date.now() - startedMs) / 1000)
    tell(`${toWords(outcome, flags)} after ${seconds} s`)
    if (flags.json === true) terminal.stdout.write(toResult(planned, outcome, seconds))
    finish(toExit(outcome))
  } catch (error) {
    if (!signal.aborted) throw error
    tell('interrupted: the command was ended')
    finish(EXIT.interrupted)
  }
}

async function readPattern(
  { host }: CommandContext,
  { flags, open }: RunCall,
): Promise<PodTemplate> {
  const { image, process, revision } = flags
  if (revision === undefined && image === undefined) return readTemplate({ ...open, process })
  const request = {
    target: open,
    ...(revision === undefined ? {} : { revision }),
    ...(image === undefined ? {} : { image }),
  }
  const { manifests } = await prepareDeploy(host, request)
  return findTemplate(manifests, process)
}

function toLine(line: string, { json, raw }: RunFlags): string {
  if (json === true) return `${JSON.stringify({ type: 'log', line })}\n`
  return raw === true ? `${line}\n` : `${toPlainText(toLogText(line))}\n`
}

function toWords(outcome: RunOutcome, { timeout }: RunFlags): string {
  switch (outcome.kind) {
    case 'ended': {
      const { exitCode, reason } = outcome
      return `the command ended with ${exitCode}${reason === undefined ? '' : ` (${reason})`}`
    }
    case 'timed-out':
      return `the command was ended: it took longer than ${timeout} s`
    case 'lost':
      return `the command was ended by the cluster: ${outcome.reason}`
  }
}

function toResult({ job }: RunJob, outcome: RunOutcome, seconds: number): string {
  const { kind, ...rest } = outcome
  const result = { type: 'result', job: job.metadata.name, outcome: kind, ...rest, seconds }
  return `${JSON.stringify(result)}\n`
}

function toExit(outcome: RunOutcome): ExitCode {
  switch (outcome.kind) {
    case 'ended':
      return passExitCode(outcome.exitCode)
    case 'timed-out':
      return EXIT.timedOut
    case 'lost':
      return EXIT.failed
  }
}
