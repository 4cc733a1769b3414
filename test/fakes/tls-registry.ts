import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import https from 'node:https'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A registry behind TLS: empty, with a certificate that nobody knows. */
export interface TlsRegistry {
  readonly host: string
  /** PEM. */
  readonly certificate: string
  /** The paths that were asked for, over TLS. */
  readonly seen: string[]
  readonly close: () => Promise<void>
}

/** The first byte of a TLS handshake. Source: RFC 8446, ContentType. */
const HANDSHAKE = 0x16

/** What Go's servers answer to plain http on a port with TLS. */
const NO_TLS = 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n'

/** Opens an empty registry with TLS, which answers plain http as Go's servers do; needs openssl. The caller closes it. */
export async function openTlsRegistry(): Promise<TlsRegistry> {
  const { key, certificate } = makeCertificate()
  const seen: string[] = []
  const inner = https.createServer({ key, cert: certificate }, (request, response) => {
    seen.push(request.url ?? '')
    response.writeHead(404).end()
  })
  inner.listen(0, '127.0.0.1')
  await once(inner, 'listening')
  const sockets = new Set<Socket>()
  const outer = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('data', (first: Buffer) => {
      if (first[0] !== HANDSHAKE) return socket.end(NO_TLS)
      const onward = connect((inner.address() as AddressInfo).port, '127.0.0.1')
      sockets.add(onward)
      onward.on('error', () => socket.destroy())
      onward.write(first)
      return socket.pipe(onward).pipe(socket)
    })
  }).listen(0, '127.0.0.1')
  await once(outer, 'listening')
  return {
    host: `127.0.0.1:${(outer.address() as AddressInfo).port}`,
    certificate,
    seen,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      inner.closeAllConnections()
      inner.close()
      outer.close()
      await once(outer, 'close')
    },
  }
}

function makeCertificate(): { readonly key: string; readonly certificate: string } {
  const folder = mkdtempSync(join(tmpdir(), 'servicex-tls-'))
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1']
  const words = ['req', '-x509', ...kind, ...names, '-keyout', key, '-out', certificate]
  try {
    execFileSync('openssl', words, { stdio: 'ignore' })
    return { key: readFileSync(key, 'utf8'), certificate: readFileSync(certificate, 'utf8') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
