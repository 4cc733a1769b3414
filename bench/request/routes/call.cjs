// One outgoing call: a JSON document of another service, through the built-in fetch.
const { createServer } = require('node:http')
const { sendJson } = require('./send-json.cjs')

exports.openServer = () => createServer((request, response) => void answer(response))

async function answer(response) {
  const user = await (await fetch(process.env.UPSTREAM_URL)).json()
  sendJson(response, 200, { hello: user.name })
}
