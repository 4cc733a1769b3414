import type { Command } from 'commander'
import { openProjectClient } from '../apply/registry/open-project-client.ts'
import { toCi } from '../parse/ci.ts'
import { type BuildOptions, type Delivery, toDelivery } from '../parse/build-request.ts'
import { toBuildJson, toBuildText } from '../report/build-report.ts'
import { EXIT } from '../report/exit-code.ts'
import { openProgress } from '../report/progress.ts'
import { openSigner } from '../apply/sigstore/open-signer.ts'
import { readRegistryEnvironment } from '../parse/registry-environment.ts'
import { runBuild } from './build-run.ts'
import { readBuildTask } from './build-task.ts'
import type { CommandContext } from './command.ts'
import { updateBase } from './update-base.ts'

/** `kube build`: makes the image of the commit and pushes it under the commit's hash; nothing when it is there. */
export function attachBuild(command: Command, context: CommandContext): void {
  command
    .option('--platform <list>', 'what to build for: linux/amd64,linux/arm64')
    .option('--push', 'push to the registry; the default unless --load or --output is given')
    .option('--load', 'load into the container engine of this machine')
    .option('--output <file>', 'write an archive that every engine loads')
    .option('--dockerfile <file>', 'build this Dockerfile; one at the top is found by itself')
    .option('--no-dockerfile', 'build as a Node app, though there is a Dockerfile')
    .option('--update-base', 'pin the base image that its tag names now, and build nothing')
    .option('--allow-dirty', 'build what is not committed, under a name that says so')
    .option(
      '--sign <key>',
      'sign it: a P-256 key in PEM, its path or env:NAME; or keyless, by the CI job (sigstore)',
    )
    .option('--dry-run', 'print what would be made; ask no registry, change nothing')
    .option('--json', 'print one JSON object')
    .action(async (options: BuildOptions) => {
      const delivery = toDelivery(options)
      await (options.updateBase === true
        ? updateBase(context, options)
        : build(context, { ...options, delivery }))
    })
}

async function build(
  { terminal, host, finish }: CommandContext,
  options: BuildOptions & { readonly delivery: Delivery },
): Promise<void> {
  const startMs = performance.now()
  const ci = toCi(host.env)?.provider
  const isQuiet = options.json === true
  const progress = openProgress(terminal.stderr, { isQuiet, ...(ci === undefined ? {} : { ci }) })
  const task = await readBuildTask(host, options)
  const client = openProjectClient(task.project.settings, host.env)
  try {
    const { signing, isDryRun } = task
    const { proxy } = readRegistryEnvironment(host.env)
    const signer = signing && !isDryRun ? { signer: await openSigner(signing, proxy) } : {}
    const report = await runBuild({ task, client, progress, ...signer })
    const durationMs = Math.round(performance.now() - startMs)
    const toText = options.json === true ? toBuildJson : toBuildText
    terminal.stdout.write(toText({ ...report, durationMs }))
    finish(EXIT.done)
  } finally {
    progress.end()
    client.close()
  }
}
