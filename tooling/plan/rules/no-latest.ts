import { containersOf, podOf, text, titleOf } from './manifest.ts'
import type { Rule } from './rule.ts'

/** No image is named by a tag that moves. */
export const noLatest: Rule = {
  id: 'no-latest',
  sentence: 'No image is named without a tag, or by `latest`.',
  reason: 'What such a name means changes without a commit: two pods of one revision may differ.',
  fix: 'name a version, better with its digest: image:1.2.3@sha256:…',
  severity: 'error',
  maxExceptionDays: 30,
  check: ({ manifests, dockerfiles, settings, name }) => [
    ...manifests.flatMap((manifest) =>
      containersOf(podOf(manifest) ?? {})
        .map((container) => text(container['image']))
        .filter((image) => image !== '' && isMoving(image) && image !== name)
        .map((image) => ({ what: `${titleOf(manifest)} runs ${image}`, path: manifest.path })),
    ),
    ...dockerfiles.flatMap(({ path, text: file }) =>
      basesOf(file).map(({ image, line }) => ({ what: `is built from ${image}`, path, line })),
    ),
    ...(settings.baseImage !== undefined && isMoving(settings.baseImage)
      ? [{ what: `baseImage is ${settings.baseImage}`, path: 'package.json' }]
      : []),
  ],
}

function isMoving(image: string): boolean {
  if (image.includes('@')) return false
  const tag = /:([^/:]+)$/.exec(image)?.[1]
  return tag === undefined || tag === 'latest'
}

/** A stage of the same file is no image, and `scratch` is none. */
function basesOf(file: string): readonly { readonly image: string; readonly line: number }[] {
  const stages = new Set(['scratch'])
  return file.split('\n').flatMap((content, index) => {
    const match = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(content)
    const image = match?.[1]
    if (image === undefined) return []
    const isStage = stages.has(image)
    if (match?.[2] !== undefined) stages.add(match[2])
    return isStage || image.includes('$') || !isMoving(image) ? [] : [{ image, line: index + 1 }]
  })
}
