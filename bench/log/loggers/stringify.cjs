// The least a line can cost: no levels, no ids, no safety; the same number of writes.
const { writeSync } = require('node:fs')
const { answerLines } = require('../answer-lines.cjs')
const { MESSAGE, nextEntry } = require('../entry.cjs')

answerLines(() => {
  writeSync(1, `${JSON.stringify({ time: Date.now(), message: MESSAGE, ...nextEntry() })}\n`)
})
