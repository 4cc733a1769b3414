import type { Row } from './row.ts'
import { BODY_ROWS } from './rows/body-rows.ts'
import { CHAIN_ROWS } from './rows/chain-rows.ts'
import { CONNECTION_ROWS } from './rows/connection-rows.ts'
import { CONTRACT_ROWS } from './rows/contract-rows.ts'
import { LOAD_ROWS } from './rows/load-rows.ts'
import { NAME_ROWS } from './rows/name-rows.ts'
import { ONE_POD_ROWS } from './rows/one-pod-rows.ts'
import { POLICY_ROWS } from './rows/policy-rows.ts'

/** The scenarios, in the order of their numbers. */
export const ROWS: readonly Row[] = [
  ...LOAD_ROWS,
  ...ONE_POD_ROWS,
  ...BODY_ROWS,
  ...CHAIN_ROWS,
  ...CONNECTION_ROWS,
  ...NAME_ROWS,
  ...POLICY_ROWS,
  ...CONTRACT_ROWS,
].toSorted((a, b) => a.number - b.number)
