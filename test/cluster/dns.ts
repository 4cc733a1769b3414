/**
 * The DNS of the cluster beside this repository. Its own one asks for EndpointSlices of a version that
 * Kubernetes 1.20 does not have, so headless Services have no addresses there; this one asks for Endpoints.
 * Run as a process in the cluster's network; ends when it is killed.
 */
import { createSocket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { Agent, get } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const [, , pki = '', address = ''] = process.argv
const TTL_SECONDS = 5
const REMEMBERED_MS = 1000
const CLASS_A = 1

const agent = new Agent({
  keepAlive: true,
  ca: readFileSync(join(pki, 'ca.crt')),
  cert: readFileSync(join(pki, 'admin.crt')),
  key: readFileSync(join(pki, 'admin.key')),
})

interface ServiceObject {
  readonly spec?: { readonly clusterIP?: string }
}

interface EndpointsObject {
  readonly subsets?: readonly { readonly addresses?: readonly { readonly ip: string }[] }[]
}

const known = new Map<
  string,
  { readonly atMs: number; readonly found: Promise<readonly string[] | undefined> }
>()

/** The addresses of `<service>.<namespace>.svc.cluster.local`; none there is `undefined`. */
function lookUp(name: string): Promise<readonly string[] | undefined> {
  const remembered = known.get(name)
  if (remembered !== undefined && Date.now() - remembered.atMs < REMEMBERED_MS)
    return remembered.found
  const found = ask(name)
  known.set(name, { atMs: Date.now(), found })
  return found
}

async function ask(name: string): Promise<readonly string[] | undefined> {
  const [, service, namespace] = /^([^.]+)\.([^.]+)\.svc\.cluster\.local$/.exec(name) ?? []
  if (service === undefined) return undefined
  const place = `/api/v1/namespaces/${namespace}`
  const found = await read<ServiceObject>(`${place}/services/${service}`)
  const { clusterIP } = found.spec ?? {}
  if (clusterIP === undefined) return undefined
  if (clusterIP !== 'None') return [clusterIP]
  const { subsets = [] } = await read<EndpointsObject>(`${place}/endpoints/${service}`)
  return subsets.flatMap(({ addresses = [] }) => addresses.map(({ ip }) => ip))
}

async function read<Kind>(path: string): Promise<Kind> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  get({ agent, host: '127.0.0.1', port: 6443, path }, (answer) => {
    text(answer).then(resolve, reject)
  }).on('error', reject)
  return JSON.parse(await promise) as Kind
}

/** Source: RFC 1035, 4.1. One question a message, as every resolver sends it. */
function toQuestion(message: Buffer): {
  readonly name: string
  readonly kind: number
  readonly end: number
} {
  const labels: string[] = []
  let at = 12
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  return { name: labels.join('.').toLowerCase(), kind: message.readUInt16BE(at + 1), end: at + 5 }
}

function toAnswer(message: Buffer, found: readonly string[] | undefined): Buffer {
  const { kind, end } = toQuestion(message)
  const records = kind === CLASS_A ? (found ?? []) : []
  const head = Buffer.alloc(12)
  message.copy(head, 0, 0, 2)
  const isNameUnknown = found === undefined ? 3 : 0
  head.writeUInt16BE(0x8580 | isNameUnknown, 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt16BE(records.length, 6)
  const lines = records.map((ip) =>
    Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, TTL_SECONDS, 0, 4, ...ip.split('.').map(Number)]),
  )
  return Buffer.concat([head, message.subarray(12, end), ...lines])
}

const socket = createSocket('udp4')
socket.on('message', (message, { port, address: from }) => {
  lookUp(toQuestion(message).name)
    .then((found) => socket.send(toAnswer(message, found), port, from))
    // Nobody answers, as when the API server is away.
    .catch(() => undefined)
})
socket.bind(53, address)
