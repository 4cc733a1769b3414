// The program's end of the channel to the bench: answers its questions, one at a time.

/** Tells the bench that the program is ready, then answers what it asks; ends with the bench. */
exports.tellReady = (ready, answers = {}) => {
  const all = { ...COMMON, ...answers }
  process.on('message', ({ question, argument }) => void answer(all[question], argument))
  process.on('disconnect', () => process.exit())
  process.send({ answer: ready })
}

async function answer(find, argument) {
  process.send({ answer: await find(argument) })
}

const COMMON = {
  cpuMicros() {
    const { user, system } = process.cpuUsage()
    return user + system
  },
  rssBytes: () => process.memoryUsage.rss(),
  /** Only under --expose-gc. */
  heapAfterGc() {
    globalThis.gc()
    globalThis.gc()
    return process.memoryUsage().heapUsed
  },
  /** Only under --import count-modules.mjs. */
  moduleCount: () => globalThis.loadedModules?.size,
  beginLoopDelay,
  endLoopDelay,
  beginProfile,
  endProfile,
}

const RESOLUTION_MS = 1
let loopDelay

function beginLoopDelay() {
  const { monitorEventLoopDelay } = require('node:perf_hooks')
  loopDelay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  loopDelay.enable()
}

/** How late a timer of 1 ms was, ms. */
function endLoopDelay() {
  loopDelay.disable()
  const late = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS)
  return { p99Ms: late(loopDelay.percentile(99)), maxMs: late(loopDelay.max) }
}

let session

async function beginProfile() {
  const { Session } = require('node:inspector/promises')
  session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 200 })
  await session.post('Profiler.start')
}

/** The profile as JSON, in the format of .cpuprofile. */
async function endProfile() {
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  return JSON.stringify(profile)
}
