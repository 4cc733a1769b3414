import { init, log } from 'servicex'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { implement } from 'servicex/contract'
import { billing } from '../clients/billing.js'
import { users } from '../contract.ts'
import service from '../service.ts'
import { findUser } from './find-user.ts'

const { env, adminPort } = init(service)

const routes = implement(users, {
  async getUser({ params, fail }) {
    const { id, name, latestInvoice } = findUser(params.id) ?? fail('not_found')
    const invoice = await billing.getInvoice({ id: latestInvoice }).orThrow()
    return { id, name, invoice }
  },
})

const server = createServer(routes.node)
server.listen(env.PORT, env.HOST)
await once(server, 'listening')
const { port } = server.address() as AddressInfo
log.info({ url: `http://${env.HOST}:${port}`, admin_port: await adminPort }, 'users is up')
