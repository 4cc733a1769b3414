import { readChildEnv } from '../config/child-env.ts'
import type { Delivery } from '../context/facts.ts'

/**
 * What the child runs: it posts what comes over its standard input, and exits with the number of
 * what was not taken. It needs no package, and ends as soon as it has every status.
 */
const POST_ALL = `
const parts = []
process.stdin.on('data', (part) => parts.push(part)).on('end', () => {
  for (const { url, headers, body } of JSON.parse(Buffer.concat(parts))) {
    const { request } = require(url.startsWith('https:') ? 'node:https' : 'node:http')
    const bytes = Buffer.from(body, 'base64')
    const options = { method: 'POST', agent: false, headers: { ...headers, 'content-length': bytes.length } }
    const refuse = () => (process.exitCode = Math.min(255, (process.exitCode ?? 0) + 1))
    const sent = request(url, options, (response) => {
      if (response.statusCode >= 300) refuse()
      response.destroy()
    })
    sent.on('error', refuse).end(bytes)
  }
})
`

/**
 * Posts what is left at the very end of a process, when only synchronous code runs: a short-lived
 * child does it while this process waits, `budgetMs` at most. Says whether all was taken. Never throws.
 *
 * Nothing secret stands in the child's arguments or environment: all comes over its standard input.
 */
export function deliverLast(deliveries: readonly Delivery[], budgetMs: number): boolean {
  if (deliveries.length === 0) return true
  // A single-executable app would run itself.
  if (process.getBuiltinModule('node:sea').isSea()) return false
  // Loaded here, because few processes ever come here, and each would pay for it at its start.
  const { spawnSync } = process.getBuiltinModule('node:child_process')
  const input = JSON.stringify(
    deliveries.map(({ url, headers, body }) => ({
      url,
      headers,
      body: Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64'),
    })),
  )
  try {
    const { status } = spawnSync(process.execPath, ['--eval', POST_ALL], {
      input,
      env: readChildEnv(),
      stdio: ['pipe', 'ignore', 'ignore'],
      timeout: budgetMs,
      killSignal: 'SIGKILL',
      windowsHide: true,
    })
    return status === 0
  } catch {
    // Node's permission model allows no children here.
    return false
  }
}
