import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** A network whose only name server is the test's, with the address where clouds hand out credentials. */
const SET_UP = `set -e
ip link set lo up
ip addr add 169.254.169.254/32 dev lo
mount --bind "$RESOLV_CONF" /etc/resolv.conf
`
const folder = mkdtempSync(join(tmpdir(), 'servicex-link-local-'))
const resolvConf = join(folder, 'resolv.conf')
writeFileSync(resolvConf, 'nameserver 127.0.0.1\n')
const env = { ...process.env, RESOLV_CONF: resolvConf }

const isPossible =
  process.platform === 'linux' &&
  spawnSync('unshare', ['-n', '-m', 'sh', '-c', SET_UP], { env }).status === 0
const why = isPossible ? '' : ' (skipped: this machine lets nobody make a network of their own)'

interface Seen {
  readonly results: Readonly<Record<string, unknown>>
  /** The addresses of the servers that were asked, in order. */
  readonly asked: readonly string[]
}

describe.skipIf(!isPossible)(`row C7: names that lead to credentials${why}`, () => {
  let seen: Seen

  beforeAll(async () => {
    const scenario = join(import.meta.dirname, 'fixtures/link-local-scenario.ts')
    const script = `${SET_UP}exec "$0" "$1"`
    const { stdout } = await promisify(execFile)(
      'unshare',
      ['-n', '-m', 'sh', '-c', script, process.execPath, scenario],
      { env },
    )
    seen = JSON.parse(stdout) as Seen
  }, 60_000)

  test.for(['evil.test', 'evil.test.'])(
    'a name of which the name server says 169.254.169.254 is not called: %s',
    (name) => {
      expect(seen.results[name]).toEqual({ code: 'unavailable', sent: false })
    },
  )

  test('of a name with such an address among others, only the others are called', () => {
    expect(seen.results['mixed.test.']).toBe('127.0.0.1')
    expect(seen.results['mixed.test']).toEqual({ code: 'unavailable', sent: false })
  })

  test('a name that leads elsewhere is called', () => {
    expect(seen.results['good.test']).toBe('127.0.0.1')
  })

  test('the server at that address sees nothing of all this', () => {
    expect(seen.asked).not.toContain('169.254.169.254')
    expect(seen.asked).toHaveLength(2)
  })
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))
