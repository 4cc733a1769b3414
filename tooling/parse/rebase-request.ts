import { type ImageReference, toImageReference } from './image-reference.ts'
import { readRevision } from './git.ts'

/** The options of `kube rebase`, as the command line has them. */
export interface RebaseOptions {
  readonly base?: string
  /** The path of a private key, `env:` and a variable, or `keyless`. */
  readonly sign?: string
  readonly dryRun?: boolean
  readonly json?: boolean
}

/** How an image of the project may be named: by a commit. */
export interface RebasePlace {
  readonly root: string
  /** Gives the image of a revision. */
  readonly toImage: (revision: string) => string
}

/**
 * Gives the image that is meant by a word: an image reference, a full hash (the clone need not have it),
 * or what git knows a commit by.
 */
export async function readRebaseTarget(
  word: string | undefined,
  { root, toImage }: RebasePlace,
): Promise<ImageReference> {
  if (word?.includes('/') === true) return toImageReference(word)
  const isHash = /^[0-9a-f]{40}(?:[0-9a-f]{24})?(?:-[\w.-]+)?$/.test(word ?? '')
  const revision = isHash && word !== undefined ? word : await readRevision(root, word ?? 'HEAD')
  return toImageReference(toImage(revision))
}
