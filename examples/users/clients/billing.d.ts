/* eslint-disable */
// The client of billing, generated: do not edit. To make it again:
//   npx kube client add billing --from ../billing/contract.json

import type {
  Call,
  CallOptions,
  ClientError,
  ClientOptions,
  TransportError,
} from 'servicex/client'

/** What a user owes. */
export interface Invoice {
  readonly cents: number
  readonly id: string
}

export interface GetInvoiceInput {
  readonly id: string
}

export interface GetInvoiceNotFound extends ClientError {
  readonly code: "not_found"
  readonly status: 404
  readonly data: undefined
}

export type GetInvoiceError = GetInvoiceNotFound | TransportError

/** Calls billing. */
export interface BillingClient {
  /**
   * Gives one invoice.
   *
   * Takes at most 2000 ms.
   */
  getInvoice(input: GetInvoiceInput, options?: CallOptions): Call<Invoice, GetInvoiceError>
  /** Whose client it is. */
  readonly service: { readonly name: string }
}

/** Calls billing, wherever it runs: see docs/clients.md of servicex. */
export declare const billing: BillingClient

/** Makes a client of billing with options of its own. */
export declare function billingClient(options?: ClientOptions): BillingClient
