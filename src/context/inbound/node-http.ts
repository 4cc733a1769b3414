/**
 * node:http, without the wrapper that an `import` of it makes: the wrapper reads every export, and
 * some of those (`WebSocket`, …) load the whole of Node's built-in undici. Measured on Node 24: an
 * `import` costs 40 ms of processor time and 13 MB more than this, in every service.
 */
const http: typeof import('node:http') = process.getBuiltinModule('node:http')

/** The class of inbound requests and of replies to calls. */
export const Http1Request: typeof http.IncomingMessage = http.IncomingMessage

/** The class of replies to inbound requests. */
export const Http1Response: typeof http.ServerResponse = http.ServerResponse

/** Makes an HTTP server. */
export const createHttpServer: typeof http.createServer = http.createServer
