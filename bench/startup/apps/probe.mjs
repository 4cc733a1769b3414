// Reports what the start of a server cost, once it listens and once nothing happens any more.
import { writeSync } from 'node:fs'

const REPORT_FD = 3
const SAMPLE_MS = 100
const QUIET_SAMPLES = 5
const QUIET_CPU_MS = 1

/** Call it when the server listens; ends the process. */
export function report() {
  const listeningCpuMs = cpuMs()
  let last = listeningCpuMs
  let quiet = 0
  const timer = setInterval(() => {
    const now = cpuMs()
    quiet = now - last < QUIET_CPU_MS ? quiet + 1 : 0
    last = now
    if (quiet < QUIET_SAMPLES) return
    clearInterval(timer)
    const rssMb = process.memoryUsage.rss() / 2 ** 20
    const modules = globalThis.loadedModules?.size
    writeSync(REPORT_FD, JSON.stringify({ listeningCpuMs, idleCpuMs: now, rssMb, modules }))
    process.kill(process.pid, 'SIGKILL')
  }, SAMPLE_MS)
}

function cpuMs() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
