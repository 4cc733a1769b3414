// pino as the first argument says: as it comes, with trace ids, or with deep redaction.
const pino = require('pino')
const { answerLines } = require('../answer-lines.cjs')
const { MESSAGE, nextEntry } = require('../entry.cjs')

const TRACE = { trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331' }
const NAMES = ['password', 'token', 'secret', 'authorization', 'cookie']

const OPTIONS = {
  plain: {},
  ids: { mixin: () => TRACE },
  redacting: { redact: NAMES.map((name) => `*.${name}`) },
  both: { mixin: () => TRACE, redact: NAMES.map((name) => `*.${name}`) },
}

// Its default collects lines and has a thread write them; a process that is killed loses those.
const isSync = process.argv[3] === 'at-once'
const log = isSync
  ? pino(OPTIONS[process.argv[2]], pino.destination({ sync: true }))
  : pino(OPTIONS[process.argv[2]])
answerLines(() => log.info(nextEntry(), MESSAGE))
