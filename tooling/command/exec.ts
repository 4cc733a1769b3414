import type { Command } from 'commander'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { WEB_PROCESS } from '../../src/convention/names.ts'
import { execInPod, listReadyPods } from '../apply/deploy/exec-in-pod.ts'
import { passExitCode } from '../report/exit-code.ts'
import type { CommandContext } from './command.ts'
import { withApp } from './open-app.ts'

/** `kube <env> exec [--process name] -- <command>`: runs a command in a pod that serves, and ends as it does. */
export function attachExec(command: Command, context: CommandContext): void {
  command
    .argument('<environment>', 'production, qa, …')
    .argument('<command...>', 'what to run, after --')
    .option('--process <name>', 'in a pod of which process', WEB_PROCESS)
    .action((word: string, words: readonly string[], flags: { readonly process: string }) =>
      withApp(context, word, async ({ app, client }) => {
        const place = { app, client, process: flags.process }
        const [pod] = await listReadyPods(place)
        if (pod === undefined)
          throw new ServicexError('SERVICEX_USAGE', {
            summary: `${app} has no pod of ${flags.process} that is ready`,
            fix: 'kube <env> status',
          })
        context.terminal.stderr.write(`${pod}\n`)
        const isInteractive = process.stdin.isTTY && process.stdout.isTTY
        const code = await execInPod(pod, {
          ...place,
          command: words,
          isInteractive,
          env: context.host.env,
        })
        context.finish(passExitCode(code))
      }),
    )
}
