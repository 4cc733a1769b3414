import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** A pipe whose reader does as the test says. */
export interface Fifo {
  /** The end to write to; give it to a child. */
  readonly fd: number
  /** Its name, for another reader. */
  readonly path: string
  /** All that was read so far. */
  readonly text: string
  /** Reads what is there now, at most `bytes`; gives how much that was. */
  read(bytes?: number): number
  /** Reads all, until nothing more has come for a while and `until` is true. */
  drain(until: (text: string) => boolean): Promise<string>
  /** Closes the end to read from: a writer gets EPIPE. */
  closeReader(): void
  close(): void
}

const PART = Buffer.alloc(65_536)

/** Makes a pipe as a shell or a container runtime does; Node's own are sockets. The caller closes it. */
export function openFifo(): Fifo {
  const folder = mkdtempSync(join(tmpdir(), 'servicex-fifo-'))
  const path = join(folder, 'stdout')
  execFileSync('mkfifo', [path])
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const fd = openSync(path, constants.O_WRONLY)
  let text = ''
  let readable = true
  const read = (bytes = PART.length): number => {
    try {
      const count = readSync(reader, PART, 0, Math.min(bytes, PART.length), null)
      text += PART.toString('latin1', 0, count)
      return count
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0
      throw error
    }
  }
  const closeReader = (): void => {
    if (readable) closeSync(reader)
    readable = false
  }
  return {
    fd,
    path,
    get text() {
      return text
    },
    read,
    drain: async (until) => {
      const deadline = performance.now() + 15_000
      while (performance.now() < deadline) {
        if (read() > 0) continue
        if (until(text)) return text
        await delay(5)
      }
      throw new Error(`waited in vain; the last that came: ${text.slice(-500)}`)
    },
    closeReader,
    close: () => {
      closeReader()
      closeSync(fd)
      rmSync(folder, { recursive: true })
    },
  }
}
