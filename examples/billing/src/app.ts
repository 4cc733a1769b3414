import { counter, init, log, withContext } from 'servicex'
import Fastify from 'fastify'
import service from '../service.ts'
import { findInvoice } from './find-invoice.ts'
import { readUser } from './read-user.ts'

const { env, adminPort } = init(service)
const sent = counter('invoices_sent_total', { help: 'Invoices given out' })
const app = Fastify()

app.get<{ Params: { id: string } }>('/invoices/:id', async ({ params }, reply) => {
  const invoice = findInvoice(params.id)
  if (invoice === undefined) return reply.code(404).send({ error: 'no such invoice' })
  withContext({ invoice: invoice.id })
  const customer = await readUser(env.USERS_URL, invoice.customerId)
  sent.inc()
  return { ...invoice, customer }
})

const url = await app.listen({ host: env.HOST, port: env.PORT })
log.info({ url, admin_port: await adminPort }, 'billing is up')
