import type { Command } from 'commander'
import { LOG_LEVELS } from '../../src/convention/log-levels.ts'
import { WEB_PROCESS } from '../../src/convention/names.ts'
import { ADMIN_PATHS, ADMIN_PORT } from '../../src/convention/ports.ts'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { askPod, listReadyPods, type PodReply } from '../apply/deploy/exec-in-pod.ts'
import { EXIT } from '../report/exit-code.ts'
import { toPlainText } from '../report/plain-text.ts'
import type { CommandContext } from './command.ts'
import { withApp } from './open-app.ts'
import { toWhole } from './seconds-option.ts'

interface LogLevelFlags {
  readonly process: string
  readonly for: number
  readonly json?: boolean
}

/** What one pod made of it. */
interface PodLevel {
  readonly pod: string
  readonly level?: string
  /** When the former level returns, RFC 3339. */
  readonly until?: string
  /** What it said instead. */
  readonly error?: string
}

/** `kube <env> loglevel <level>`: changes what every pod of a process logs, for a while. */
export function attachLogLevel(command: Command, context: CommandContext): void {
  command
    .argument('<environment>', 'production, qa, …')
    .argument('<level>', Object.keys(LOG_LEVELS).join(', '))
    .option('--process <name>', 'of which process', WEB_PROCESS)
    .option('--for <seconds>', 'how long, before the former level returns', toWhole, 600)
    .option('--json', 'print one JSON object')
    .action((word: string, level: string, flags: LogLevelFlags) => {
      if (!Object.hasOwn(LOG_LEVELS, level))
        throw new ServicexError('SERVICEX_USAGE', {
          summary: `${JSON.stringify(level)} is no level — expected one of ${Object.keys(LOG_LEVELS).join(', ')}`,
          fix: 'kube <env> loglevel debug --for 300',
        })
      return withApp(context, word, async ({ app, client }) => {
        const place = { app, client, process: flags.process }
        const pods = await listReadyPods(place)
        if (pods.length === 0)
          throw new ServicexError('SERVICEX_USAGE', {
            summary: `${app} has no pod of ${flags.process} that is ready`,
            fix: 'kube <env> status',
          })
        // The port takes it from within the pod alone, which knows which one it is.
        const path = `${ADMIN_PATHS.logLevel}?level=${level}&for=${flags.for}`
        const script = `fetch('http://127.0.0.1:'+(process.env.ADMIN_PORT||${ADMIN_PORT})+${JSON.stringify(path)},{method:'PUT'}).then(async(r)=>{console.log(await r.text());process.exit(r.ok?0:1)})`
        const call = { ...place, command: ['node', '--eval', script], env: context.host.env }
        const levels: PodLevel[] = []
        for (const pod of pods) levels.push(toPodLevel(pod, await askPod(pod, call)))
        const json = `${JSON.stringify({ process: flags.process, pods: levels })}\n`
        context.terminal.stdout.write(flags.json === true ? json : toLevelText(levels))
        const isDone = levels.every(({ error }) => error === undefined)
        context.finish(isDone ? EXIT.done : EXIT.failed)
      })
    })
}

function toPodLevel(pod: string, { exitCode, output }: PodReply): PodLevel {
  const answer = output.trim()
  if (exitCode !== 0) return { pod, error: answer === '' ? `exit code ${exitCode}` : answer }
  try {
    const { level, until } = JSON.parse(answer) as Omit<PodLevel, 'pod'>
    return { pod, ...(level && { level }), ...(until && { until }) }
  } catch {
    return { pod, error: `it answered ${JSON.stringify(answer)}` }
  }
}

function toLevelText(levels: readonly PodLevel[]): string {
  const toWords = ({ level, until, error }: PodLevel): string => {
    if (error !== undefined) return `unchanged: ${error}`
    return until === undefined ? `${level}` : `${level} until ${until}`
  }
  return levels.map((one) => `${toPlainText(`${one.pod}  ${toWords(one)}`)}\n`).join('')
}
