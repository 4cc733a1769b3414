// Every client, by name: opened with a URL, it gives a function that makes one call and resolves with
// the parsed body. A typed client is one more entry here, and a row in `callers.ts`.
const events = require('node:events')
const { Agent, request } = require('node:http')
const { json } = require('node:stream/consumers')

exports.clients = {
  'undici.request': (url) => {
    const undici = require('undici')
    return async () => (await undici.request(url)).body.json()
  },
  generated: (url) => {
    const { origin } = new URL(url)
    const users = import('./clients/users.js').then(({ usersClient }) =>
      usersClient({ baseUrl: origin }),
    )
    return async () => (await users).getUser({ id: 7 }).orThrow()
  },
  fetch: (url) => async () => (await fetch(url)).json(),
  'node:http': (url) => {
    const agent = new Agent({ keepAlive: true })
    return async () => {
      const call = request(url, { agent }).end()
      const [response] = await events.once(call, 'response')
      return json(response)
    }
  },
}
