/**
 * `servicex/client`: what a caller of other services needs. `outgoingHeaders()` gives the running
 * work's context to clients and queues that servicex does not hook by itself.
 */
export { outgoingHeaders } from '../context/outbound/outbound-headers.ts'
