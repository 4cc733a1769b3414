import type { Plugin } from 'rolldown'

const NAME = '\0builtin-http'
const DYNAMIC_IMPORT = /\bimport\(["'](https?)["']\)/g

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
    transform: (code, id) =>
      importer.test(id) && code.search(DYNAMIC_IMPORT) !== -1
        ? code.replaceAll(DYNAMIC_IMPORT, `process.getBuiltinModule('node:$1')`)
        : null,
  }
}
