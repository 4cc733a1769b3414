import { Agent, request, type ClientRequest } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

/** Sends one request and resolves when its answer is whole; rejects when it fails. */
export type SendOne = () => Promise<void>

/** Clients that ask again and again. */
export interface Load {
  readonly answers: number
  readonly failures: readonly string[]
  /** Resolves once `count` more answers have come. */
  answered(count: number): Promise<void>
  /** Lets every client end its last request. */
  stop(): Promise<void>
}

/** Starts one client per member of `clients`, each with a pause between its requests. */
export function startLoad(clients: readonly SendOne[], pauseMs: number): Load {
  const failures: string[] = []
  let answers = 0
  let running = true
  const loops = clients.map(async (send) => {
    while (running) {
      try {
        await send()
        answers += 1
      } catch (error) {
        failures.push(reasonOf(error))
      }
      await delay(pauseMs)
    }
  })
  return {
    failures,
    get answers() {
      return answers
    },
    answered: async (count) => {
      const wanted = answers + count
      while (answers < wanted) await delay(5)
    },
    stop: async () => {
      running = false
      await Promise.all(loops)
    },
  }
}

/** Clients that keep their connections, through node:http. */
export function keepAliveClients(port: number, count: number, path = '/'): SendOne[] {
  return Array.from({ length: count }, () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    return () => answer(request({ port, path, agent, host: '127.0.0.1' }))
  })
}

/** Clients that make a connection for every request. */
export function freshClients(port: number, count: number, path = '/'): SendOne[] {
  return Array.from(
    { length: count },
    () => () => answer(request({ port, path, agent: false, host: '127.0.0.1' })),
  )
}

/** Resolves when the answer to a request is whole and 200. */
export function answer(sent: ClientRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    sent.on('error', reject)
    sent.on('response', (response) => {
      response.resume()
      response.on('error', reject)
      response.on('end', () => {
        if (response.statusCode === 200 && response.complete) resolve()
        else reject(new Error(`status ${response.statusCode}`))
      })
    })
    sent.end()
  })
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code ?? message
}
