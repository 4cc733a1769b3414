import { counter, init, log, withContext } from 'servicex'
import Fastify from 'fastify'
import { implement } from 'servicex/contract'
import { billing } from '../contract.ts'
import service from '../service.ts'
import { findInvoice } from './find-invoice.ts'

const { env, adminPort } = init(service)
const sent = counter('invoices_sent_total', { help: 'Invoices given out' })

const routes = implement(billing, {
  async getInvoice({ params, fail }) {
    withContext({ invoice: params.id })
    const invoice = (await findInvoice(params.id)) ?? fail('not_found')
    sent.inc()
    return invoice
  },
})

const app = Fastify()
await app.register(routes.fastify)
const url = await app.listen({ host: env.HOST, port: env.PORT })
log.info({ url, admin_port: await adminPort }, 'billing is up')
