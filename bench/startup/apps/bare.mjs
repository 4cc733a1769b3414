import { createServer } from 'node:http'
import { report } from './probe.mjs'

createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1', report)
