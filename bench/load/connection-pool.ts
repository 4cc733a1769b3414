import { type Exchange, openConnection } from './connection.ts'

/** Some connections, and the requests that wait for a free one. */
export interface ConnectionPool {
  /** Sends a request that is due now, or as soon as a connection is free. */
  readonly send: () => void
  /** Forgets the requests that still wait. */
  readonly dropWaiting: () => void
  /** Nothing waits, and everything sent has been answered. */
  readonly isIdle: () => boolean
  readonly close: () => void
}

/** What is told of each answer: its status, and the time since its request was due, waiting included. */
export type OnPoolAnswer = (status: string, latencyMs: number) => void

/** Opens so many connections to one address; the caller closes them. */
export async function openPool(
  size: number,
  exchange: Omit<Exchange, 'onAnswer'>,
  onAnswer: OnPoolAnswer,
): Promise<ConnectionPool> {
  const waiting: number[] = []
  const idle: (() => void)[] = []
  const connections = await Promise.all(Array.from({ length: size }, open))

  async function open(): Promise<{ close: () => void }> {
    let dueAtMs = 0
    const connection = await openConnection({
      ...exchange,
      onAnswer: (status) => {
        onAnswer(status, performance.now() - dueAtMs)
        sendNext()
      },
    })
    function sendNext(): void {
      const next = waiting.shift()
      if (next === undefined) return void idle.push(sendNext)
      dueAtMs = next
      connection.send()
    }
    idle.push(sendNext)
    return connection
  }

  return {
    send: () => {
      waiting.push(performance.now())
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
