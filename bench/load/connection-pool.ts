import { type Exchange, openConnection } from './connection.ts'

/** Some connections, and the requests that wait for a free one. */
export interface ConnectionPool {
  /** Sends a request that is due now, or as soon as a connection is free; `isInTime` comes back with its answer. */
  readonly send: (isInTime: boolean) => void
  /** Forgets the requests that still wait. */
  readonly dropWaiting: () => void
  /** Nothing waits, and everything sent has been answered. */
  readonly isIdle: () => boolean
  readonly close: () => void
}

/** What is told of each answer: its status, the time since its request was due, waiting included, and whether it was asked for and read in time. */
export type OnPoolAnswer = (status: string, latencyMs: number, wasInTime: boolean) => void

interface Due {
  readonly atMs: number
  readonly isInTime: boolean
}

/** Opens so many connections to one address; the caller closes them. */
export async function openPool(
  size: number,
  exchange: Omit<Exchange, 'onAnswer'>,
  onAnswer: OnPoolAnswer,
): Promise<ConnectionPool> {
  const waiting: Due[] = []
  const idle: (() => void)[] = []
  const connections = await Promise.all(Array.from({ length: size }, open))

  async function open(): Promise<{ close: () => void }> {
    let due: Due = { atMs: 0, isInTime: false }
    const connection = await openConnection({
      ...exchange,
      onAnswer: (status) => {
        onAnswer(status, performance.now() - due.atMs, due.isInTime)
        sendNext()
      },
    })
    function sendNext(): void {
      const next = waiting.shift()
      if (next === undefined) return void idle.push(sendNext)
      due = next
      connection.send()
    }
    idle.push(sendNext)
    return connection
  }

  return {
    send: (isInTime) => {
      waiting.push({ atMs: performance.now(), isInTime })
      idle.pop()?.()
    },
    dropWaiting: () => {
      waiting.length = 0
    },
    isIdle: () => waiting.length === 0 && idle.length === size,
    close: () => {
      for (const connection of connections) connection.close()
    },
  }
}
