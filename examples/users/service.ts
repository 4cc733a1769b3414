import { defineService } from 'servicex'
import { z } from 'zod'
import { users } from './contract.ts'

export default defineService({
  name: 'users',
  serves: users,
  env: z.object({
    HOST: z.string().default('0.0.0.0'),
    PORT: z.coerce.number().int().default(8080),
  }),
})
