import { defineService } from 'servicex'
import { z } from 'zod'

/** What app-name is: the runtime obeys it, and its manifests are derived from it. */
export default defineService({
  name: 'app-name',
  processes: { nightly: { entrypoint: 'src/app.ts', schedule: '30 3 * * *' } },
  env: z.object({ KEEP_DAYS: z.coerce.number().int().positive().default(30) }),
})
