import { client } from 'servicex/contract'
import type { ClientOptions } from 'servicex/client'
import { billing } from '../../fixtures/client/billing.ts'
import { type BillingClient, billingClient } from '../../fixtures/client/clients/billing.js'

/** The two ways to a client of the same contract. */
export const CLIENTS: Readonly<
  Record<'generated' | 'direct', (options?: ClientOptions) => BillingClient>
> = {
  generated: billingClient,
  // The same but for `undefined` in optional members, which zod's types allow and JSON has no word for.
  direct: (options) => client(billing, options) as unknown as BillingClient,
}
