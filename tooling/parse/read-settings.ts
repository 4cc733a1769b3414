import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { toEnvironmentName } from '../../src/convention/environments.ts'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import type { RuleSeverity } from './rule-settings.ts'
import { SETTING_NAMES, SETTINGS, type Settings } from './settings.ts'
import { suggestName } from '../../src/convention/suggest-name.ts'
import type { z } from 'zod'

/** The settings of one place, and the name of that place. */
export interface SettingsLayer {
  /** `package.json`, the preset's name, or that of an environment variable. */
  readonly source: string
  readonly settings: Settings
}

/** The settings that an environment variable may say, for one call or one CI job. */
export const SETTING_VARIABLES: Readonly<
  Record<string, 'registry' | 'baseImage' | 'fulcioUrl' | 'rekorUrl'>
> = {
  SERVICEX_REGISTRY: 'registry',
  SERVICEX_BASE_IMAGE: 'baseImage',
  // The names that sigstore's own tools read.
  SIGSTORE_FULCIO_URL: 'fulcioUrl',
  SIGSTORE_REKOR_URL: 'rekorUrl',
}

/**
 * Reads the presets that `package.json#servicex` extends, itself, and the variables over it: the
 * weakest first.
 *
 * Rejects with SERVICEX_SETTINGS_INVALID, which lists every wrong key of the first place that has one.
 */
export async function readSettingsLayers(
  root: string,
  own: unknown,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<readonly SettingsLayer[]> {
  const layers: SettingsLayer[] = [toLayer('package.json', own ?? {})]
  for (
    let next = layers[0]?.settings.extends;
    next !== undefined;
    next = layers[0]?.settings.extends
  ) {
    if (layers.some(({ source }) => source === next))
      throw invalid(next, ['extends  names itself, over one or more presets'])
    layers.unshift(toLayer(next, await loadPreset(root, next)))
  }
  return [...layers, ...toVariableLayers(env)]
}

function toVariableLayers(
  env: Readonly<Record<string, string | undefined>>,
): readonly SettingsLayer[] {
  return Object.entries(SETTING_VARIABLES)
    .filter(([variable]) => (env[variable] ?? '') !== '')
    .map(([variable, key]) => toLayer(variable, { [key]: env[variable] }))
}

/** Gives the settings of all layers as one: a stronger layer's key replaces a weaker one's; environments are joined by key. */
export function mergeSettings(layers: readonly SettingsLayer[]): Settings {
  const all = layers.map(({ settings }) => settings)
  const environments = all.map((settings) => settings.environments).reduce(mergeEnvironments)
  return { ...Object.assign({}, ...all), ...(environments === undefined ? {} : { environments }) }
}

/** Gives the severities of rules, by rule: those of all presets, then those of the repository itself. */
export function toSeverities(
  layers: readonly SettingsLayer[],
): readonly Readonly<Record<string, RuleSeverity>>[] {
  const own = layers.find(({ source }) => source === 'package.json')
  const presets = layers.slice(0, own === undefined ? 0 : layers.indexOf(own))
  return [
    Object.assign({}, ...presets.map(({ settings }) => settings.rules)) as Readonly<
      Record<string, RuleSeverity>
    >,
    own?.settings.rules ?? {},
  ]
}

function mergeEnvironments(
  weaker: Settings['environments'],
  stronger: Settings['environments'],
): Settings['environments'] {
  if (weaker === undefined || stronger === undefined) return stronger ?? weaker
  const names = new Set([...Object.keys(weaker), ...Object.keys(stronger)])
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const merged = { ...weaker[name], ...stronger[name] }
      return merged.context === undefined ? [] : [[name, { ...merged, context: merged.context }]]
    }),
  )
}

/** Checks the settings of one place. Throws SERVICEX_SETTINGS_INVALID with every wrong key. */
function toLayer(source: string, raw: unknown): SettingsLayer {
  const parsed = SETTINGS.safeParse(raw)
  if (!parsed.success) throw invalid(source, parsed.error.issues.flatMap(toProblems))
  const { environments, ...rest } = parsed.data
  if (environments === undefined) return { source, settings: rest }
  const named = Object.entries(environments).map(
    ([name, value]) => [toEnvironmentName(name), value] as const,
  )
  return { source, settings: { ...rest, environments: Object.fromEntries(named) } }
}

function toProblems(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.map(String).join('.')
  if (issue.code !== 'unrecognized_keys')
    return [`${path === '' ? 'servicex' : path}  ${issue.message}`]
  return issue.keys.map((key) => {
    const suggestion = path === '' ? suggestName(key, SETTING_NAMES) : undefined
    const hint = suggestion === undefined ? '' : ` — did you mean "${suggestion}"?`
    return `${[path, key].filter((part) => part !== '').join('.')}  is no setting${hint}`
  })
}

function invalid(source: string, details: readonly string[], cause?: unknown): ServicexError {
  return new ServicexError('SERVICEX_SETTINGS_INVALID', {
    summary: `the settings of ${toPlace(source)} have ${details.length} ${details.length === 1 ? 'problem' : 'problems'}`,
    details,
    fix: `correct ${source}`,
    ...(cause === undefined ? {} : { cause }),
  })
}

function toPlace(source: string): string {
  if (source === 'package.json') return 'package.json#servicex'
  return source in SETTING_VARIABLES ? source : `the preset ${source}`
}

/** A preset is JSON, or a module whose default export it is. */
async function loadPreset(root: string, name: string): Promise<unknown> {
  try {
    const path = createRequire(join(root, 'package.json')).resolve(name)
    if (path.endsWith('.json')) return JSON.parse(await readFile(path, 'utf8')) as unknown
    const module = (await import(pathToFileURL(path).href)) as { readonly default?: unknown }
    return module.default
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
    throw invalid('package.json', [`extends  is ${JSON.stringify(name)}: ${reason}`], cause)
  }
}
