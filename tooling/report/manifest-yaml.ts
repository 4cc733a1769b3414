import { Document, isScalar, visit } from 'yaml'
import type { Scaffold } from '../plan/scaffolds/scaffold.ts'
import type { Manifest } from '../plan/manifests/manifest.ts'

/** Text that no YAML parser, of whatever version, takes for anything else. */
const PLAIN = /^[A-Za-z_/][\w./-]*$/
const WORDS = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf)$/i

/** Gives objects as one YAML stream that kubectl, Argo CD and Flux read alike; the same objects give the same text. */
export function toManifestsYaml(manifests: readonly Manifest[]): string {
  return manifests.map((manifest) => `---\n${toManifestYaml(manifest)}`).join('')
}

/** Gives one object as a YAML document. */
export function toManifestYaml(manifest: Manifest): string {
  const document = new Document(manifest, { aliasDuplicateObjects: false })
  visit(document, {
    Scalar: (_, node) => {
      if (isScalar(node) && typeof node.value === 'string') node.type = toStyle(node.value)
    },
  })
  return document.toString({ lineWidth: 0 })
}

/** Gives the text of a scaffold: its comment, then its objects. */
export function toScaffoldYaml({ comment, manifests }: Scaffold): string {
  return `${comment.map((line) => `# ${line}\n`).join('')}${manifests.map(toManifestYaml).join('---\n')}`
}

function toStyle(text: string): 'PLAIN' | 'QUOTE_DOUBLE' | 'BLOCK_LITERAL' {
  if (isBlock(text)) return 'BLOCK_LITERAL'
  return PLAIN.test(text) && !WORDS.test(text) ? 'PLAIN' : 'QUOTE_DOUBLE'
}

/** Several lines that a person may read, and that come back as they are. */
function isBlock(text: string): boolean {
  const lines = text.split('\n')
  const isPrintable = lines.every((line) => !/[\p{Cc}\p{Zl}\p{Zp}\ufeff]|\s$/u.test(line))
  return (
    lines.length > 2 &&
    lines.at(-1) === '' &&
    lines.at(-2) !== '' &&
    isPrintable &&
    /^\S/.test(text)
  )
}
