import { captureError, init, log, withSpan } from 'servicex'
import { end, serve } from './routes.mjs'

const { adminPort } = init()
// An error that is logged is reported already; the second time it is passed over.
const tools = { log, capture: captureError, withSpan }
if (process.argv[2] === 'serve') await serve(tools, adminPort)
else end(tools, process.argv[2])
