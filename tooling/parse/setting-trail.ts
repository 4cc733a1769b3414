import { ServicexError } from '../../src/convention/servicex-error.ts'
import { suggestName } from '../../src/convention/suggest-name.ts'
import { SETTING_VARIABLES, type SettingsLayer } from './read-settings.ts'
import { SETTING_NAMES } from './settings.ts'

/** What one place says of a setting. */
export interface TrailStep {
  readonly source: string
  /** Absent where the place says nothing. */
  readonly value?: unknown
}

/** Where a setting comes from: every place that could say it, the weakest first, and the one that counts. */
export interface SettingTrail {
  readonly key: string
  readonly value?: unknown
  /** Absent when no place says it. */
  readonly source?: string
  readonly steps: readonly TrailStep[]
}

/** Follows one setting through the layers; a path of keys leads into it: `environments.production.context`. Throws SERVICEX_USAGE for what is no setting. */
export function followSetting(layers: readonly SettingsLayer[], key: string): SettingTrail {
  const [name = '', ...path] = key.split('.')
  if (!SETTING_NAMES.includes(name)) throw unknownSetting(name)
  const said = layers.map(({ source, settings }): TrailStep => {
    const value = [name, ...path].reduce<unknown>(
      (value, part) =>
        typeof value === 'object' && value !== null
          ? (value as Readonly<Record<string, unknown>>)[part]
          : undefined,
      settings,
    )
    return value === undefined ? { source } : { source, value }
  })
  const silent = Object.entries(SETTING_VARIABLES)
    .filter(
      ([variable, setting]) => setting === key && !said.some(({ source }) => source === variable),
    )
    .map(([source]): TrailStep => ({ source }))
  const steps = [
    ...said.filter((step) => 'value' in step || !(step.source in SETTING_VARIABLES)),
    ...silent,
  ]
  const winner = steps.findLast((step) => 'value' in step)
  return { key, steps, ...winner }
}

function unknownSetting(name: string): ServicexError {
  const suggestion = suggestName(name, SETTING_NAMES)
  const hint = suggestion === undefined ? '' : ` — did you mean "${suggestion}"?`
  return new ServicexError('SERVICEX_USAGE', {
    summary: `there is no setting "${name}"${hint}`,
    fix: suggestion === undefined ? 'kube config' : `kube config --explain ${suggestion}`,
  })
}
