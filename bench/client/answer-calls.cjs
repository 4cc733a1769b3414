// The program's end of the bench: makes as many calls as asked, ten at a time.
const { AsyncResource } = require('node:async_hooks')
const { tellReady } = require('../measure/answers.cjs')
const { clients } = require('./clients.cjs')

const AT_ONCE = 10

/** Calls are made in the context in which this is called. */
exports.answerCalls = () => {
  const [, , name, url] = process.argv
  const call = clients[name](url)
  const makeCalls = AsyncResource.bind(async (count) => {
    let left = count
    const repeat = async () => {
      while (left > 0) {
        left -= 1
        const { id } = await call()
        if (id !== 7) throw new Error(`${name} gave another user: ${id}`)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, repeat))
  })
  tellReady({}, { makeCalls })
}
