import { defineService } from 'servicex'
import { z } from 'zod'

/** What app-name is: the runtime obeys it, and its manifests are derived from it. */
export default defineService({
  name: 'app-name',
  processes: { worker: { entrypoint: 'src/app.ts', replicas: 1 } },
  env: z.object({ POLL_SECONDS: z.coerce.number().positive().default(5) }),
})
