import { resolve } from 'node:path'
import type { Command } from 'commander'
import { commitApp, installPackages, writeApp } from '../apply/new-app.ts'
import { toCi } from '../parse/ci.ts'
import {
  type PresetName,
  toAppName,
  toContext,
  toPresetName,
  toKnownName,
} from '../parse/new-request.ts'
import { readTemplate } from '../parse/templates.ts'
import { readToolVersion } from '../parse/tool-version.ts'
import { planApp } from '../plan/new/plan-app.ts'
import { SHARED_TEMPLATE, TEMPLATES } from '../plan/new/template.ts'
import { PIPELINES } from '../plan/pipelines/catalog.ts'
import { EXIT } from '../report/exit-code.ts'
import { openProgress } from '../report/progress.ts'
import type { CommandContext } from './command.ts'

interface NewFlags {
  readonly template: string
  readonly folder?: string
  readonly extends?: PresetName
  readonly registry?: string
  readonly context?: Readonly<Record<string, string>>
  readonly ci: string
  readonly servicex?: string
  readonly install: boolean
  readonly commit: boolean
  readonly json?: boolean
}

const HELP = `
templates:
${TEMPLATES.map(({ name, summary }) => `  ${name.padEnd(13)} ${summary}`).join('\n')}

It asks nothing: what is not said has a value that works. README.md of the new app leads from here to production.
`

/** `kube new <name>`: makes a service that starts, passes its tests, builds and deploys. */
export function attachNew(command: Command, context: CommandContext): void {
  command
    .argument('<name>', 'the name of the service: its namespace, its image, its folder')
    .option('--template <name>', 'what kind of service', TEMPLATES[0]?.name)
    .option('--folder <path>', 'where; a folder of its name when absent')
    .option('--extends <preset>', "the company's preset: a package, or a file", toPresetName)
    .option('--registry <host/path>', 'where images go, when no preset says it')
    .option(
      '--context <environment=context>',
      'a cluster, when no preset says it; may be said again',
      toContext,
    )
    .option('--ci <system>', `the CI system: ${Object.keys(PIPELINES).join(', ')}`, 'github')
    .option('--servicex <range>', 'the version of servicex it asks for, or where it lies')
    .option('--no-install', 'install no packages')
    .option('--no-commit', 'make no repository and no first commit')
    .option('--yes', 'ask nothing (nothing is asked)')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action((word: string, flags: NewFlags) => makeApp(toAppName(word), flags, context))
}

async function makeApp(
  name: string,
  flags: NewFlags,
  { terminal, host, finish }: CommandContext,
): Promise<void> {
  const names = TEMPLATES.map((template) => template.name)
  const template = TEMPLATES[names.indexOf(toKnownName('template', flags.template, names))]
  const planPipeline = PIPELINES[toKnownName('CI system', flags.ci, Object.keys(PIPELINES))]
  if (template === undefined || planPipeline === undefined) return
  const ci = toCi(host.env)?.provider
  const progress = openProgress(terminal.stderr, ci === undefined ? {} : { ci })
  const toolVersion = readToolVersion()
  const pipeline = planPipeline({ packageManager: 'npm', branch: 'main', hasTests: true })
  const texts = await Promise.all([SHARED_TEMPLATE, template.name].map(readTemplate))
  const files = planApp(
    {
      name,
      template,
      contexts: flags.context ?? {},
      servicexRange: flags.servicex ?? `^${toolVersion}`,
      toolVersion,
      ...(flags.extends === undefined ? {} : { preset: flags.extends }),
      ...(flags.registry === undefined ? {} : { registry: flags.registry }),
    },
    texts.flat(),
    pipeline,
  )
  const folder = resolve(host.cwd(), flags.folder ?? name)
  progress.phase(`${name}, a service that ${template.summary}`)
  await writeApp(folder, files)
  progress.step(`wrote ${files.length} files into ${folder}`)
  if (flags.install) {
    await installPackages(folder, host.env)
    progress.step('installed its packages')
  }
  if (flags.commit) {
    await commitApp(folder, `${name}: made with kube new`)
    progress.step('made a repository, and committed')
  }
  progress.end()
  const result = { name, folder, template: template.name, files: files.map(({ path }) => path) }
  terminal.stdout.write(flags.json === true ? `${JSON.stringify(result)}\n` : next(name, folder))
  finish(EXIT.done)
}

function next(name: string, folder: string): string {
  return `${name} is in ${folder}\n  next: npm test\n  then: README.md leads to production\n`
}
