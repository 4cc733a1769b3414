import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where a service of the session answers. */
export interface ServicePlaceFile {
  readonly name: string
  readonly url: string
}

/** What other commands of the same person need to find a session. */
export interface SessionFile {
  readonly pid: number
  readonly url: string
  readonly token: string
  /** The folders of its services. */
  readonly roots: readonly string[]
  readonly startedMs: number
}

/** Files of a session, removed when it ends. */
export interface SessionFiles {
  remove(): void
}

/**
 * Writes, for this person only, where the session is (`sessions/<pid>.json`) and where each of its
 * services answers (`<service>.json`, which generated clients read).
 */
export function writeSessionFiles(
  folder: string,
  session: SessionFile,
  services: readonly ServicePlaceFile[],
): SessionFiles {
  const sessions = join(folder, 'sessions')
  mkdirSync(sessions, { recursive: true, mode: 0o700 })
  const files = [
    { path: join(sessions, `${session.pid}.json`), content: session as object },
    ...services.map(({ name, url }) => ({
      path: join(folder, `${name}.json`),
      content: { url, pid: session.pid },
    })),
  ]
  for (const { path, content } of files) {
    // A file that is there keeps its mode: it is made anew.
    rmSync(path, { force: true })
    writeFileSync(path, `${JSON.stringify(content)}\n`, { mode: 0o600, flag: 'wx' })
  }
  const remove = (): void => {
    for (const { path } of files) rmSync(path, { force: true })
  }
  process.once('exit', remove)
  return {
    remove() {
      process.off('exit', remove)
      remove()
    },
  }
}
