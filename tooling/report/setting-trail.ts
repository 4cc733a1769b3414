import type { SettingTrail } from '../parse/setting-trail.ts'
import { toPlainLine } from './plain-text.ts'

/** Gives where a setting comes from, as a person reads it: the weakest place first. */
export function toTrailText({ key, source, steps, ...rest }: SettingTrail): string {
  const head = 'value' in rest ? `${key} is ${toValueText(rest.value)}` : `${key} is not set`
  const width = Math.max(...steps.map((step) => step.source.length))
  const rows = steps.map((step) => {
    const value = 'value' in step ? toValueText(step.value) : 'says nothing'
    const mark = step.source === source ? '  ← this counts' : ''
    return `  ${step.source.padEnd(width)}  ${value}${mark}`
  })
  return [head, ...rows].map((line) => `${toPlainLine(line)}\n`).join('')
}

/** Gives every setting that a place says, with that place. */
export function toSettingsText(trails: readonly SettingTrail[]): string {
  const set = trails.filter((trail) => 'value' in trail)
  if (set.length === 0) return 'nothing is set: every default holds\n'
  const width = Math.max(...set.map(({ key }) => key.length))
  return set
    .map(({ key, value, source }) =>
      toPlainLine(`${key.padEnd(width)}  ${toValueText(value)}  (${source})`),
    )
    .map((line) => `${line}\n`)
    .join('')
}

function toValueText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined')
}
