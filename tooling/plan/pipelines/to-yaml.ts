import { Document } from 'yaml'

/** Writes a value as YAML, a comment at its head; lines are not folded, and nothing is an alias. */
export function toYaml(value: unknown, comment: string): string {
  const document = new Document(value, { aliasDuplicateObjects: false })
  document.commentBefore = comment
  return document.toString({ lineWidth: 0, singleQuote: true })
}
