import { createTwoFilesPatch } from 'diff'
import type { ObjectChange } from '../plan/diff/object-change.ts'
import type { Manifest } from '../plan/manifests/manifest.ts'
import type { Style } from './dev/style.ts'
import { toManifestYaml } from './manifest-yaml.ts'
import { toPlainLine, toPlainText } from './plain-text.ts'
import { toReadableData } from './readable-data.ts'

/** Gives what becomes of objects as a unified diff with a heading each; what stays as it is has none. */
export function toChangesText(changes: readonly ObjectChange[], style: Style): string {
  return changes
    .filter(({ change }) => change !== 'unchanged')
    .map((change) => `${style('bold', toHeading(change))}\n${toBody(change, style)}`)
    .join('')
}

/** Gives how many objects there are of each kind of change, in one line. */
export function toChangesSummary(changes: readonly ObjectChange[]): string {
  const words = COUNTED.flatMap((change) => {
    const count = changes.filter((one) => one.change === change).length
    return count === 0 ? [] : [`${count} ${change}`]
  })
  return words.length === 0 ? 'nothing is planned' : words.join(', ')
}

/** Gives one object's change as a unified diff; empty where there is none. */
export function toObjectDiff({ kind, name, before, after }: ObjectChange): string {
  if (before === undefined && after === undefined) return ''
  const path = `${kind}/${name}`
  const patch = createTwoFilesPatch(
    before === undefined ? '/dev/null' : `live/${path}`,
    after === undefined ? '/dev/null' : `deploy/${path}`,
    toText(before),
    toText(after),
    '',
    '',
    { context: 3 },
  )
  return toPlainText(patch.replace(/^=+\n/, '').replaceAll(/^((?:---|\+\+\+) .*?)\t$/gm, '$1'))
}

const COUNTED = ['added', 'changed', 'deleted', 'refused', 'kept', 'unchanged'] as const

function toHeading({ change, kind, name, isRevisionAlone, isRolling }: ObjectChange): string {
  const what = toPlainLine(`${change} ${kind}/${name}`)
  if (isRevisionAlone === true) return `${what}: its label with the revision, nothing else`
  if (isRolling === true) return `${what}: its pods are replaced`
  return change === 'kept' ? `${what}: planned no more, and never deleted by a deploy` : what
}

function toBody(change: ObjectChange, style: Style): string {
  const reasons = (change.reasons ?? []).map((reason) => `  ${toPlainLine(reason)}\n`)
  // The same line in each of ten objects hides what is to be seen.
  if (change.isRevisionAlone === true) return ''
  const lines = toObjectDiff(change).split('\n')
  return reasons.join('') + lines.map((line) => toColoured(line, style)).join('\n')
}

function toColoured(line: string, style: Style): string {
  if (line.startsWith('+++') || line.startsWith('---')) return style('dim', line)
  if (line.startsWith('+')) return style('green', line)
  if (line.startsWith('-')) return style('red', line)
  return line.startsWith('@@') ? style('cyan', line) : line
}

function toText(object: Manifest | undefined): string {
  return object === undefined ? '' : toManifestYaml(toReadableData(object) as Manifest)
}
