import { log } from 'servicex'
import { implement, type Routes } from 'servicex/contract'
import { api } from '../contract.ts'

/** Gives the operations of the contract, ready to be mounted. */
export function toRoutes(greeting: string): Routes {
  return implement(
    api,
    {
      greet({ params, fail }) {
        if (params.name === 'Mallory') return fail('unwelcome')
        log.info({ greeted: params.name }, 'somebody is greeted')
        return { text: `${greeting}, ${params.name}!` }
      },
    },
    { openapi: true },
  )
}
