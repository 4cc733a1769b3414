import { IMAGE_ROOT } from '../../../src/convention/image.ts'

/** Where the bytes of a file are: in the repository's objects, in a folder, or here. */
export type Content =
  | { readonly kind: 'blob'; readonly id: string }
  | { readonly kind: 'disk'; readonly path: string }
  | { readonly kind: 'text'; readonly text: string }

/** A file of an image. Its owner, mode and time are the same for every build, and so are not here. */
export interface FileEntry {
  readonly kind: 'file'
  /** Relative to the top folder of the image's own files, with `/`. */
  readonly path: string
  readonly sizeBytes: number
  readonly isExecutable: boolean
  readonly content: Content
  /** Found by looking into it, where its name made that worth while. */
  readonly holdsPrivateKey?: true
}

/** A symbolic link of an image. */
export interface LinkEntry {
  readonly kind: 'link'
  readonly path: string
  readonly target: string
}

/** What a layer is made of; the folders above it are implied. */
export type Entry = FileEntry | LinkEntry

/** The top folder of an image's own files, as a tar writes it: /app. */
export const IMAGE_FOLDER: string = IMAGE_ROOT.slice(1)

/** Orders entries as they stand in a layer: by their path's code units, the same on every machine. */
export function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0
}

/** Gives the name after the last `/`. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Gives a path below a folder; the top folder is the empty text. */
export function joinPath(folder: string, path: string): string {
  if (folder === '') return path
  return path === '' ? folder : `${folder}/${path}`
}

/** Says whether a path is a folder, or lies below it. */
export function isBelow(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`)
}
