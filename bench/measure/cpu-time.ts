import { readdirSync, readFileSync } from 'node:fs'
import type { Program } from './program.ts'

const NANOSECONDS = 1000

/**
 * Reads the CPU time a program has used in all its threads, µs: from the operating system, so that
 * reading costs the program nothing. Where there is no /proc, the program is asked.
 */
export async function readCpuMicros(program: Program): Promise<number> {
  return readThreads(program.pid) ?? (await program.ask<number>('cpuMicros'))
}

/** A thread that ends takes its time along; Node's threads live as long as the process. */
function readThreads(pid: number): number | undefined {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)
    return threads.map((thread) => readThread(pid, thread)).reduce((sum, micros) => sum + micros)
  } catch {
    return undefined
  }
}

/** The first number of schedstat: time on the CPU, ns. Source: Documentation/scheduler/sched-stats.rst. */
function readThread(pid: number, thread: string): number {
  const [onCpu] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')
  return Number(onCpu) / NANOSECONDS
}
