import type { Plugin } from 'rolldown'

const NAME = '\0builtin-http'

/** Gives built-in packages node:http the way src/context/inbound/node-http.ts has it, without its costly wrapper. */
export function builtinHttp(importer: RegExp): Plugin {
  return {
    name: 'builtin-http',
    resolveId: (id, from) =>
      /^(?:node:)?http$/.test(id) && from !== undefined && importer.test(from) ? NAME : null,
    load: (id) =>
      id === NAME
        ? `const http = process.getBuiltinModule('node:http')
export default http
export const { Agent, request, get, createServer, ClientRequest, IncomingMessage, OutgoingMessage, Server, ServerResponse } = http`
        : null,
  }
}
