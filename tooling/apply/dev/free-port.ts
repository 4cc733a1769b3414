import { createHash } from 'node:crypto'
import { createServer } from 'node:net'

/** From the range below the one that systems take ports for outgoing connections from. */
const RANGE = { first: 20_000, last: 32_000 }
const TRIES = 200

/**
 * Finds a port of 127.0.0.1 that is free and not in `taken`, the same one for the same name where
 * it can: the address of a service stays as it was yesterday.
 */
export async function findPortFor(name: string, taken: ReadonlySet<number>): Promise<number> {
  const size = RANGE.last - RANGE.first
  const start = createHash('sha256').update(name).digest().readUInt32BE() % size
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const port = RANGE.first + ((start + attempt) % size)
    if (!taken.has(port) && (await isFree(port, '127.0.0.1')) && (await isFree(port, '0.0.0.0')))
      return port
  }
  throw new Error(`none of ${TRIES} ports from ${RANGE.first + start} is free`)
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
}
