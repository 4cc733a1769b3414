const { createServer } = require('node:http')
const { sendJson } = require('./send-json.cjs')

exports.openServer = () =>
  createServer((request, response) => sendJson(response, 200, { hello: 'world', id: 7 }))
