// A service as a user writes it, in plain JavaScript, on the installed package.
import { createServer } from 'node:http'
import { captureError, init, log } from 'servicex'

const { adminPort } = init()

const server = createServer((request, response) => {
  log.info('in the handler')
  if (request.url === '/fails') {
    captureError(new Error('planned failure'))
    response.statusCode = 500
  }
  response.end('hello')
})

server.listen(0, '127.0.0.1', () => {
  void adminPort.then((admin) => log.info({ app: server.address().port, admin }, 'listening'))
})
