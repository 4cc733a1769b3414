// The program's end of the bench: writes as many lines as asked, and says what CPU they took.
const { AsyncResource } = require('node:async_hooks')
const { tellReady } = require('../measure/answers.cjs')

/** Lines are written in the context in which this is called. */
exports.answerLines = (writeLine) => {
  const writeLines = AsyncResource.bind((count) => {
    const before = process.cpuUsage()
    for (let written = 0; written < count; written += 1) writeLine()
    const { user, system } = process.cpuUsage(before)
    return user + system
  })
  tellReady({}, { writeLines })
}
