// Every client, by name: opened with a URL, it gives a function that makes one call and resolves with
// the parsed body. The others are as they come, with nothing set.
const dns = require('node:dns/promises')
const events = require('node:events')
const { Agent, request } = require('node:http')
const { json } = require('node:stream/consumers')

exports.clients = {
  'undici.request': (url) => {
    const undici = require('undici')
    return async () => (await undici.request(url)).body.json()
  },
  generated: (url) => callGenerated(new URL(url).origin),
  // As in a cluster: the name of a headless Service, whose pods are looked up, balanced and ejected.
  'generated, by name': (url) => {
    dns.Resolver.prototype.resolve4 = async () => [{ address: '127.0.0.1', ttl: 30 }]
    return callGenerated(`http://web-pods.users.svc.test.:${new URL(url).port}`)
  },
  axios: (url) => {
    const axios = require('axios')
    return async () => (await axios.get(url)).data
  },
  got: (url) => {
    const loaded = import('got')
    return async () => (await loaded).default(url).json()
  },
  ky: (url) => {
    const loaded = import('ky')
    return async () => (await loaded).default(url).json()
  },
  ofetch: (url) => {
    const loaded = import('ofetch')
    return async () => (await loaded).ofetch(url)
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

function callGenerated(baseUrl) {
  const users = import('./clients/users.js').then(({ usersClient }) => usersClient({ baseUrl }))
  return async () => (await users).getUser({ id: 7 }).orThrow()
}
