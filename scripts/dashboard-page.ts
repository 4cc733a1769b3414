import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'rolldown'

const FOLDER = join(import.meta.dirname, '..', 'dashboard')
const STYLES = ['base', 'shell', 'lists', 'plots']

/** Makes one page of the dashboard: its script and its style stand in it, and it asks no other origin for anything. */
export function dashboardPage(fileName: string): Plugin {
  return {
    name: 'dashboard-page',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((output) => output.type === 'chunk')
      const [chunk] = chunks
      if (chunk === undefined || chunks.length > 1) throw new Error('the page is one script')
      delete bundle[chunk.fileName]
      const html = readFileSync(join(FOLDER, 'index.html'), 'utf8')
      const source = html
        .replace('<!-- style -->', () => `<style>${readStyle()}</style>`)
        .replace('<!-- script -->', () => `<script type="module">${toInline(chunk.code)}</script>`)
        .replaceAll(/>\s+</g, '><')
      this.emitFile({ type: 'asset', fileName, source })
    },
  }
}

function readStyle(): string {
  const text = STYLES.map((name) => readFileSync(join(FOLDER, 'styles', `${name}.css`), 'utf8'))
  return text
    .join('\n')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ?([{};,]) ?/g, '$1')
    .replaceAll(';}', '}')
    .trim()
}

/** A script that stands in a page may not hold what would end it. */
function toInline(code: string): string {
  return code.trim().replaceAll('</script', String.raw`<\/script`)
}
