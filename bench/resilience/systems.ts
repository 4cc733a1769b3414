import type { System } from './system.ts'
import { SERVICEX } from './systems/servicex.ts'

/** What calls are made with; servicex first. */
export const SYSTEMS: readonly System[] = [SERVICEX]
