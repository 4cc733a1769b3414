import type { Plugin } from 'rolldown'
import { withoutRequire } from './without-require.ts'

const PARTS =
  /\/node_modules\/(?:pino|pino-std-serializers|quick-format-unescaped|safe-stable-stringify)\//
/** Where pino's lines would go, and its redaction: servicex has its own (docs/decisions/0013). It asks what is an instance of one. */
const UNUSED =
  /\brequire\('(?:sonic-boom|on-exit-leak-free|@pinojs\/redact|\.\/(?:lib\/)?(?:redaction|transport|multistream))'\)/g

/**
 * Gives the runtime the part of pino that it uses: its methods, levels and children. The whole also
 * loads a writer, worker threads and a redaction: 28 files, a fifth of the processor time of a start.
 */
export function builtinPino(): Plugin {
  return {
    name: 'builtin-pino',
    transform: (code, id) =>
      PARTS.test(id) ? withoutRequire(code.replaceAll(UNUSED, '(class Unused {})')) : null,
  }
}
