import { afterAll, beforeAll, describe } from 'vitest'
import { findBinary } from './binary.ts'

/**
 * Describes rules that need a real server. Starts it before the first and ends it after the last;
 * where the machine does not have `binary`, skips them and says so in the title.
 */
export function describeReal<Server extends { close: () => Promise<void> }>(
  title: string,
  binary: string,
  start: () => Promise<Server | undefined>,
  body: (server: () => Server) => void,
): void {
  const isMissing = findBinary(binary) === undefined
  const note = isMissing ? ` (skipped: this machine has no ${binary})` : ''
  describe.skipIf(isMissing)(title + note, () => {
    let server: Server | undefined
    beforeAll(async () => {
      server = await start()
    })
    afterAll(() => server?.close())
    body(() => {
      if (server === undefined) throw new Error(`${binary} is not running`)
      return server
    })
  })
}
