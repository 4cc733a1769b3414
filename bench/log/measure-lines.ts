import { type AppFolder, openAppFolder } from '../measure/app-folder.ts'
import { openProgram, type Program } from '../measure/program.ts'
import type { Logger } from './loggers.ts'

/** Where lines go: nowhere, or through a pipe to a reader that counts them. */
export type Destination = '/dev/null' | 'pipe'

/** A logger of one destination that runs. */
export interface Writer {
  readonly logger: Logger
  readonly destination: Destination
  readonly program: Program
  readonly close: () => Promise<void>
}

/** No more at once than a pipe holds (64 kB): a reader that is slow would be measured otherwise. */
const LINES_AT_ONCE = 50

/** Starts a logger; the caller closes it. */
export async function openWriter(logger: Logger, destination: Destination): Promise<Writer> {
  const folder: AppFolder = openAppFolder(logger.packages)
  const program = await openProgram({
    folder: folder.path,
    file: `log/loggers/${logger.program}`,
    ...(logger.args === undefined ? {} : { args: logger.args }),
    env: { NODE_ENV: 'production', ADMIN_PORT: '0' },
    output: destination === 'pipe' ? 'counted' : 'discarded',
  })
  const close = (): Promise<void> => program.close().then(folder.close)
  return { logger, destination, program, close }
}

/** Writes so many lines and gives what one took, ns of CPU in the process itself. */
export async function measureLines({ program }: Writer, lines: number): Promise<number> {
  let micros = 0
  for (let left = lines; left > 0; left -= LINES_AT_ONCE)
    micros += await program.ask<number>('writeLines', LINES_AT_ONCE)
  return (micros / lines) * 1000
}
