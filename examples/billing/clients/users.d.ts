/* eslint-disable */
// The client of users, generated: do not edit. To make it again:
//   npx kube client add users --from ../users/contract.json

import type {
  Call,
  CallOptions,
  ClientError,
  ClientOptions,
  TransportError,
} from 'servicex/client'

/** A user, as other services see one. */
export interface User {
  readonly id: string
  readonly name: string
}

export interface GetUserInput {
  readonly id: string
}

export interface GetUserNotFound extends ClientError {
  readonly code: "not_found"
  readonly status: 404
  readonly data: undefined
}

export type GetUserError = GetUserNotFound | TransportError

/** Calls users. */
export interface UsersClient {
  /**
   * Gives one user.
   *
   * Takes at most 2000 ms.
   */
  getUser(input: GetUserInput, options?: CallOptions): Call<User, GetUserError>
  /** Whose client it is. */
  readonly service: { readonly name: string }
}

/** Calls users, wherever it runs: see docs/clients.md of servicex. */
export declare const users: UsersClient

/** Makes a client of users with options of its own. */
export declare function usersClient(options?: ClientOptions): UsersClient
