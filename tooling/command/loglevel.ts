import type { Command } from 'commander'
import { LOG_LEVELS } from '../../src/convention/log-levels.ts'
import { WEB_PROCESS } from '../../src/convention/names.ts'
import { ADMIN_PATHS, ADMIN_PORT } from '../../src/convention/ports.ts'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { execInPod, listReadyPods } from '../apply/deploy/exec-in-pod.ts'
import { EXIT } from '../report/exit-code.ts'
import type { CommandContext } from './command.ts'
import { withApp } from './open-app.ts'
import { toWhole } from './seconds-option.ts'

interface LogLevelFlags {
  readonly process: string
  readonly for: number
}

/** `kube <env> loglevel <level>`: changes what every pod of a process logs, for a while. */
export function attachLogLevel(command: Command, context: CommandContext): void {
  command
    .argument('<environment>', 'production, qa, …')
    .argument('<level>', Object.keys(LOG_LEVELS).join(', '))
    .option('--process <name>', 'of which process', WEB_PROCESS)
    .option('--for <seconds>', 'how long, before the former level returns', toWhole, 600)
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
        const call = { ...place, command: ['node', '--eval', script], isInteractive: false }
        const codes = []
        for (const pod of pods) codes.push(await execInPod(pod, { ...call, env: context.host.env }))
        context.finish(codes.every((code) => code === 0) ? EXIT.done : EXIT.failed)
      })
    })
}
