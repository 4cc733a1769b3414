import { startPostgres } from '../../test/real/postgres.ts'
import { openUpstream } from '../load/upstream.ts'

/** What the routes speak to. */
export interface Backends {
  /** Their addresses. */
  readonly env: Readonly<Record<string, string>>
  readonly close: () => Promise<void>
}

/** Opens the service that is called and, where it is installed, PostgreSQL; the caller closes them. */
export async function openBackends(): Promise<Backends> {
  const [upstream, postgres] = await Promise.all([openUpstream(), startPostgres()])
  return {
    env: {
      UPSTREAM_URL: upstream.url,
      ...(postgres === undefined ? {} : { DATABASE_URL: postgres.url }),
    },
    close: async () => {
      upstream.close()
      await postgres?.close()
    },
  }
}
