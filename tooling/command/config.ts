import type { Command } from 'commander'
import { readProject } from '../parse/project.ts'
import { readSettingsLayers } from '../parse/read-settings.ts'
import { followSetting } from '../parse/setting-trail.ts'
import { SETTING_NAMES } from '../parse/settings.ts'
import { EXIT } from '../report/exit-code.ts'
import { toSettingsText, toTrailText } from '../report/setting-trail.ts'
import type { CommandContext } from './command.ts'

interface ConfigOptions {
  readonly explain?: string
  readonly json?: boolean
}

/** `kube config`: prints the settings in force, and where each comes from. */
export function attachConfig(command: Command, { terminal, host, finish }: CommandContext): void {
  command
    .option('--explain <key>', 'say of one setting what each place says, the weakest first')
    .option('--json', 'print one JSON object')
    .action(async ({ explain, json }: ConfigOptions) => {
      const { root, packageJson } = await readProject(host.cwd(), host.env)
      const layers = await readSettingsLayers(root, packageJson.servicex, host.env)
      const keys = explain === undefined ? SETTING_NAMES : [explain]
      const trails = keys.map((key) => followSetting(layers, key))
      const [first] = trails
      if (json === true)
        terminal.stdout.write(`${JSON.stringify(explain === undefined ? trails : first)}\n`)
      else if (explain === undefined) terminal.stdout.write(toSettingsText(trails))
      else if (first !== undefined) terminal.stdout.write(toTrailText(first))
      finish(EXIT.done)
    })
}
