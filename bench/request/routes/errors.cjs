// One request in a hundred throws; the handler answers 500 and reports it.
const { createServer } = require('node:http')
const { sendJson } = require('./send-json.cjs')

const REQUESTS_PER_ERROR = 100
let count = 0

exports.openServer = ({ onError }) =>
  createServer((request, response) => {
    try {
      sendJson(response, 200, { id: findInvoice() })
    } catch (error) {
      onError(error)
      sendJson(response, 500, { error: 'internal' })
    }
  })

function findInvoice() {
  count += 1
  if (count % REQUESTS_PER_ERROR === 0) throw new Error(`invoice ${count} has no customer`)
  return count
}
