import type { Command } from 'commander'
import type { Check, CheckStatus, Diagnosis } from '../../src/convention/doctor.ts'
import { toEnvironmentName } from '../../src/convention/environments.ts'
import { checkCluster } from '../apply/doctor/check-cluster.ts'
import { checkRegistry } from '../apply/doctor/check-registry.ts'
import { checkRepository } from '../apply/doctor/check-repository.ts'
import { checkTools } from '../apply/doctor/check-tools.ts'
import { type Project, readProject } from '../parse/project.ts'
import { RULES } from '../plan/rules/catalog.ts'
import { judgeException } from '../plan/rules/exception.ts'
import { toDiagnosisJson, toDiagnosisText } from '../report/diagnosis.ts'
import { EXIT } from '../report/exit-code.ts'
import type { Host } from '../report/terminal.ts'
import type { CommandContext } from './command.ts'

/** `kube doctor [environment]`: says what is right and wrong between this machine and the clusters; exits 1 when a check fails. */
export function attachKubeDoctor(command: Command, context: CommandContext): void {
  const { terminal, host, finish } = context
  command
    .argument('[environment]', 'look at this cluster alone; at all when absent')
    .option('--json', 'print one JSON object')
    .action(async (word: string | undefined, { json }: { readonly json?: boolean }) => {
      const project = await readProject(host.cwd(), host.env)
      const checks = await look(project, word, host)
      const diagnosis: Diagnosis = {
        service: project.name,
        environment: word ?? 'every environment',
        root: project.root,
        checks,
        summary: toSummary(checks),
      }
      terminal.stdout.write(json === true ? toDiagnosisJson(diagnosis) : toDiagnosisText(diagnosis))
      finish(diagnosis.summary.fail === 0 ? EXIT.done : EXIT.failed)
    })
}

async function look(
  project: Project,
  word: string | undefined,
  { env }: Host,
): Promise<readonly Check[]> {
  const { settings, name } = project
  const places = Object.entries(settings.environments ?? {})
    .filter(([environment]) => word === undefined || environment === toEnvironmentName(word))
    .map(([environment, own]) => ({ environment, settings: own, app: name }))
  const groups = await Promise.all([
    checkTools(project, env),
    checkRepository(project),
    checkRegistry(name, settings, env),
    ...places.map((place) => checkCluster(place, env)),
  ])
  return [...groups.flat(), ...checkExceptions(project)]
}

function checkExceptions({ settings }: Project): readonly Check[] {
  return (settings.exceptions ?? []).map((exception): Check => {
    const { state, daysLeft } = judgeException(exception, RULES, Date.now() / 1000)
    const status = state === 'active' ? 'pass' : state === 'expiring' ? 'warn' : 'fail'
    return {
      category: 'exceptions',
      name: exception.rule,
      status,
      message: `until ${exception.until} (${daysLeft} days), ${exception.owner}: ${exception.reason}`,
      ...(status === 'pass' ? {} : { fix: 'follow the rule, and delete the exception' }),
    }
  })
}

function toSummary(checks: readonly Check[]): Record<CheckStatus, number> {
  const summary = { pass: 0, warn: 0, fail: 0 }
  for (const { status } of checks) summary[status] += 1
  return summary
}
