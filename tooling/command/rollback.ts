import type { Command } from 'commander'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { deploy } from '../apply/deploy/deploy.ts'
import { type HistoryEntry, readHistory, unpackManifests } from '../apply/deploy/history.ts'
import { toCi } from '../parse/ci.ts'
import { toDeployReport } from '../report/deploy-report.ts'
import { EXIT } from '../report/exit-code.ts'
import { openProgress } from '../report/progress.ts'
import { toAnnouncement } from './announcement.ts'
import type { CommandContext } from './command.ts'
import { toDeployContext, withApp } from './open-app.ts'
import { toSeconds } from './seconds-option.ts'

interface RollbackFlags {
  readonly json?: boolean
  readonly timeout: number
}

/** `kube <env> rollback [n]`: deploys again what an earlier deploy has applied, objects and all. */
export function attachRollback(command: Command, context: CommandContext): void {
  command
    .argument('<environment>', 'production, qa, …')
    .argument(
      '[n]',
      'the number of a deploy in `kube <env> history`; the last other one when absent',
    )
    .option('--json', 'print one line of JSON an event')
    .option('--timeout <seconds>', 'how long the rollout may take', toSeconds, 600)
    .action((word: string, number: string | undefined, flags: RollbackFlags) =>
      withApp(context, word, async (app) => {
        const { host, terminal } = context
        const entry = findEntry(await readHistory(app), number)
        const manifests = unpackManifests(entry)
        if (manifests === undefined) throw notKept(entry)
        const ci = toCi(host.env)
        const progress = openProgress(terminal.stderr, ci === undefined ? {} : { ci: ci.provider })
        const report = toDeployReport({
          progress,
          environment: app.environment.name,
          ...(flags.json === true ? { events: terminal.stdout } : {}),
        })
        const deployContext = toDeployContext(app, report)
        await deploy(
          deployContext,
          {
            revision: entry.revision,
            image: entry.image,
            // It is meant: no deploy that is under way is newer.
            committedAtSeconds: Math.floor(Date.now() / 1000),
            manifests,
          },
          {
            timeoutMs: flags.timeout * 1000,
            lockPatienceMs: flags.timeout * 1000,
            isRollingBack: false,
            isPruneAllowed: false,
            announcement: toAnnouncement(deployContext, { host, project: app.project }),
            who: ci?.actor ?? host.env['USER'] ?? 'somebody',
            ...(ci?.url === undefined ? {} : { ciUrl: ci.url }),
          },
        )
        progress.end()
        context.finish(EXIT.done)
      }),
    )
}

function findEntry(entries: readonly HistoryEntry[], number: string | undefined): HistoryEntry {
  const found = number === undefined ? findEarlier(entries) : entries[toIndex(number)]
  if (found !== undefined) return found
  throw new ServicexError('SERVICEX_USAGE', {
    summary:
      number === undefined
        ? 'there is no earlier deploy to go back to'
        : `the history has no deploy ${JSON.stringify(number)}`,
    fix: 'kube <env> history',
  })
}

/** What is no number of an entry is that of none. */
function toIndex(number: string): number {
  return /^\d+$/.test(number) ? Number(number) : -1
}

/** The last one that served and is another than what is there now: a deploy that was rolled back is not there. */
function findEarlier(entries: readonly HistoryEntry[]): HistoryEntry | undefined {
  const there = entries.find(({ outcome }) => outcome !== 'rolled-back' && outcome !== 'superseded')
  return entries.find(({ outcome, image }) => outcome === 'deployed' && image !== there?.image)
}

function notKept({ revision, outcome }: HistoryEntry): ServicexError {
  return new ServicexError('SERVICEX_USAGE', {
    summary: `what the deploy of ${revision.slice(0, 12)} applied is not kept: it ${outcome === 'deployed' ? 'is too long ago' : `was ${outcome}`}`,
    fix: `kube <env> deploy ${revision.slice(0, 12)}`,
  })
}
