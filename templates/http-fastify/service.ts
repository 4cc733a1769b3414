import { defineService } from 'servicex'
import { z } from 'zod'
import { api } from './contract.ts'

/** What app-name is: the runtime obeys it, and its manifests are derived from it. */
export default defineService({
  name: 'app-name',
  serves: api,
  env: z.object({ GREETING: z.string().default('Hello') }),
})
