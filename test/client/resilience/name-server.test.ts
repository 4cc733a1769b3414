import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** A network whose only name server is the test's, and an address that swallows connections. */
const SET_UP = `set -e
ip link set lo up
ip addr add 10.77.0.2/32 dev lo
iptables -A INPUT -d 10.77.0.2 -p tcp --syn -j DROP
mount --bind "$RESOLV_CONF" /etc/resolv.conf
`
const folder = mkdtempSync(join(tmpdir(), 'servicex-names-'))
const resolvConf = join(folder, 'resolv.conf')
writeFileSync(resolvConf, 'nameserver 127.0.0.1\n')
const env = { ...process.env, RESOLV_CONF: resolvConf }

const isPossible =
  process.platform === 'linux' &&
  spawnSync('unshare', ['-n', '-m', 'sh', '-c', SET_UP], { env }).status === 0
const why = isPossible ? '' : ' (skipped: this machine lets nobody make a network of their own)'

interface Seen {
  readonly cold: { readonly failed: number; readonly queries: number }
  readonly grow: { readonly failed: number; readonly seenAfterMs: number }
  readonly shrink: {
    readonly failed: number
    readonly calls: number
    readonly lastAfterMs: number
  }
  readonly fail: {
    readonly failed: number
    readonly queriesPerSecond: number
    readonly queries: number
  }
  readonly gone: { readonly ok: boolean; readonly code: string; readonly tookMs: number }
  readonly hole: { readonly get: number; readonly post: number }
}

describe.skipIf(!isPossible)(`names and addresses, in a network of their own${why}`, () => {
  let seen: Seen

  beforeAll(async () => {
    const scenario = join(import.meta.dirname, 'fixtures/names-scenario.ts')
    const script = `${SET_UP}exec "$0" "$1"`
    const { stdout } = await promisify(execFile)(
      'unshare',
      ['-n', '-m', 'sh', '-c', script, process.execPath, scenario],
      { env },
    )
    seen = JSON.parse(stdout) as Seen
  }, 60_000)

  test('row 23: a hundred calls at the start are two questions at most', () => {
    expect(seen.cold.failed).toBe(0)
    expect(seen.cold.queries).toBeLessThanOrEqual(2)
  })

  test('row 20: new pods get calls within their time to live, and none fails', () => {
    expect(seen.grow.failed).toBe(0)
    expect(seen.grow.seenAfterMs).toBeLessThanOrEqual(6000)
  })

  test('row 21: a pod whose address is gone gets none after it', () => {
    expect(seen.shrink.failed).toBe(0)
    expect(seen.shrink.calls).toBeGreaterThan(100)
    // Negative when its last call was before its address was gone.
    expect(seen.shrink.lastAfterMs).toBeGreaterThan(-5000)
    expect(seen.shrink.lastAfterMs).toBeLessThanOrEqual(6000)
  })

  test('row 22: while nobody answers, calls go on, and few questions are asked', () => {
    expect(seen.fail.failed).toBe(0)
    expect(seen.fail.queries).toBeGreaterThan(0)
    expect(seen.fail.queriesPerSecond).toBeLessThanOrEqual(1)
  })

  test('a name that leads nowhere is told at once', () => {
    expect(seen.gone).toMatchObject({ ok: false, code: 'unavailable' })
    expect(seen.gone.tookMs).toBeLessThan(1500)
  })

  test('row 5: a pod that swallows connections costs no GET and no POST', () => {
    expect(seen.hole).toEqual({ get: 0, post: 0 })
  })
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))
