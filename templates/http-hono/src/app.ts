import { init, log } from 'servicex'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import service from '../service.ts'
import { toRoutes } from './operations.ts'

const { env, port } = init(service)

const app = new Hono().mount('/', toRoutes(env.GREETING).fetch)
serve({ fetch: app.fetch, port }, (address) => log.info({ port: address.port }, 'app-name is up'))
