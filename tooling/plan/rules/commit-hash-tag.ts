import { containersOf, podOf, text, titleOf } from './manifest.ts'
import type { Rule } from './rule.ts'

const HASH_TAG = /[:@](?:sha256:)?[0-9a-f]{40,64}$/

/** The app's own image is named by the commit it was built from. */
export const commitHashTag: Rule = {
  id: 'commit-hash-tag',
  sentence: "The app's image is tagged with the hash of its commit.",
  reason:
    'A tag that names its commit says what runs, can be built again, and never moves to other content.',
  fix: 'delete the image from the override: a deploy sets it to the digest of the commit',
  severity: 'error',
  maxExceptionDays: 30,
  check: ({ name, manifests, pipelines }) => [
    ...manifests.flatMap((manifest) =>
      containersOf(podOf(manifest) ?? {})
        .map((container) => text(container['image']))
        .filter((image) => isOwn(image, name) && !HASH_TAG.test(image))
        .map((image) => ({ what: `${titleOf(manifest)} runs ${image}`, path: manifest.path })),
    ),
    ...pipelines.flatMap(({ path, text: script }) =>
      linesOf(script)
        .filter(({ content }) => /\b(?:docker|podman|buildah)\s+(?:image\s+)?push\b/.test(content))
        .map(({ content, line }) => ({ what: `pushes by itself: ${content}`, path, line })),
    ),
  ],
}

function isOwn(image: string, name: string): boolean {
  const [repository = ''] = image.split('@')
  return (
    repository
      .replace(/:[^/:]*$/, '')
      .split('/')
      .at(-1) === name
  )
}

function linesOf(script: string): readonly { readonly content: string; readonly line: number }[] {
  return script.split('\n').map((content, index) => ({ content: content.trim(), line: index + 1 }))
}
