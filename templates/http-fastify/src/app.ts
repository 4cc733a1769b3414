import { init, log } from 'servicex'
import fastify from 'fastify'
import service from '../service.ts'
import { toRoutes } from './operations.ts'

const { env, port } = init(service)

const app = fastify()
await app.register(toRoutes(env.GREETING).fastify)
const url = await app.listen({ host: '0.0.0.0', port })
log.info({ url }, 'app-name is up')
