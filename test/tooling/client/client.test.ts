import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { toSnapshotText } from 'servicex/contract'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { BILLING, changed, type Changing, type Consumer, openConsumer } from './consumer.ts'

let consumer: Consumer
beforeEach(() => (consumer = openConsumer()))
afterEach(() => consumer.close())

const FROM = ['--from', '../billing.json'] as const

describe('kube client add', () => {
  test('writes the client, and says how to import it', async () => {
    const { exitCode, stdout, stderr } = await consumer.kube('client', 'add', 'billing', ...FROM)
    expect(stdout).toBe(
      "billing: 10 operations from ../billing.json; import { billing } from '#clients/billing'\n",
    )
    expect(stderr.split('\n')).toEqual([
      'wrote clients/billing.contract.json',
      'wrote clients/billing.d.ts',
      'wrote clients/billing.js',
      'added #clients/* to the imports of package.json',
      '',
    ])
    expect(exitCode).toBe(0)
    expect(consumer.read('package.json')).toBe(
      '{\n    "name": "users",\n    "type": "module",\n    "imports": {\n        "#clients/*": "./clients/*.js"\n    }\n}\n',
    )
    expect(consumer.read('clients/billing.js')).toContain(
      'npx kube client add billing --from ../billing.json',
    )
  })

  test('changes nothing the second time, and needs no source any more', async () => {
    await consumer.kube('client', 'add', '../billing.json')
    const again = await consumer.kube('client', 'add', 'billing')
    expect(again).toMatchObject({ exitCode: 0, stderr: '' })
    expect(again.stdout).toContain('nothing changed')
  })

  test('from a folder of the project finds the same source again', async () => {
    mkdirSync(join(consumer.folder, 'src'))
    const { runKube } = await import('../run-kube.ts')
    const cwd = join(consumer.folder, 'src')
    await runKube(['client', 'add', '../../billing.json'], { cwd })
    expect((await consumer.kube('client', 'check')).exitCode).toBe(0)
  })

  test('--ops picks operations, keeps them, and "all" takes it back', async () => {
    await consumer.kube('client', 'add', 'billing', ...FROM, '--ops', 'getInvoice, getPdf')
    const contract = JSON.parse(consumer.read('clients/billing.contract.json')) as typeof BILLING
    expect(Object.keys(contract.paths)).toEqual(['/invoices/{id}', '/invoices/{id}/pdf'])
    expect(Object.keys(contract.components.schemas)).toEqual(['Invoice', 'Line', 'Problem'])
    expect(consumer.read('clients/billing.d.ts')).not.toContain('createInvoice')
    await consumer.kube('client', 'add', 'billing')
    const list = await consumer.kube('client', 'list', '--json')
    expect(JSON.parse(list.stdout)).toEqual({
      clients: [
        {
          service: 'billing',
          version: 1,
          operations: ['getInvoice', 'getPdf'],
          source: '../billing.json',
        },
      ],
    })
    await consumer.kube('client', 'add', 'billing', '--ops', 'all')
    expect((await consumer.kube('client', 'list')).stdout).toContain('billing  10 operations')
  })

  test.for([
    [['client', 'add', 'billing'], 'nothing says where its snapshot is', 2],
    [['client', 'add', 'users', ...FROM], 'is the snapshot of billing, not of users', 2],
    [['client', 'add', 'billing', ...FROM, '--ops', 'pay'], 'billing has no operation "pay"', 2],
    [['client', 'add', 'billing', '--from', '../no.json'], 'there is no such file', 2],
    [['client', 'add', 'billing', '--from', 'package.json'], 'is no snapshot', 2],
    [['client', 'add', 'billing', '--from', 'npm:@acme/none'], 'the package is not installed', 2],
    [['client', 'add', 'billing', '--from', 'http://example.com/x'], 'http is not safe', 2],
    [['client', 'add', 'billing', '--from', 'https://u:p4ss@example.com/x'], 'holds a password', 2],
    [['client', 'add', 'billing', '--from', 'git+file:///no/where.git'], 'cannot be read', 2],
    [['client', 'check', 'ledger'], 'there is no client of ledger', 2],
    [['client', 'ad'], "unknown command 'ad'", 2],
    [['client', 'mock', 'zzz'], 'fix: name a client of this project, which has no clients yet', 2],
    [['client', 'mock', './zzz.json'], 'fix: correct ./zzz.json, or name another snapshot', 2],
  ] as const)('%j is refused in words', async ([argv, words, code]) => {
    const { exitCode, stderr, stdout } = await consumer.kube(...argv)
    expect(stderr).toContain(words)
    expect(stderr).not.toContain('p4ss')
    if (argv[1] === 'mock') expect(stderr).not.toContain('--from')
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' })
    expect(existsSync(join(consumer.folder, 'clients'))).toBe(false)
  })
})

describe('a snapshot is read', () => {
  test('from an address, which does not redirect', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/moved') response.writeHead(302, { location: '/' }).end()
      else response.end(toSnapshotText(BILLING))
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    expect((await consumer.kube('client', 'add', 'billing', '--from', url)).exitCode).toBe(0)
    expect((await consumer.kube('client', 'check')).exitCode).toBe(0)
    const moved = await consumer.kube('client', 'add', 'billing', '--from', `${url}moved`)
    expect(moved.stderr).toContain('it redirects to /')
    server.close()
    server.closeAllConnections()
    const gone = await consumer.kube('client', 'check')
    expect(gone.exitCode).toBe(1)
    expect(gone.stdout).toContain('ECONNREFUSED')
  })

  test('from a git repository at a ref, without running anything of it', async () => {
    const git = (...words: string[]): string =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...words], {
        cwd: join(consumer.folder, '..', 'repo'),
        encoding: 'utf8',
        stdio: 'pipe',
      })
    mkdirSync(join(consumer.folder, '../repo/api'), { recursive: true })
    git('init', '--quiet', '--initial-branch=main')
    consumer.write('../repo/api/contract.json', toSnapshotText(BILLING))
    git('add', '.')
    git('commit', '--quiet', '-m', 'x')
    git('tag', 'v1')
    const revision = git('rev-parse', 'HEAD').trim()
    const source = `git+file://${join(consumer.folder, '../repo')}#v1:api/contract.json`
    const { stdout, stderr } = await consumer.kube('client', 'add', 'billing', '--from', source)
    expect(stderr).toContain('wrote clients/billing.js')
    expect(stdout).toContain(`at ${revision.slice(0, 12)}`)
    expect(consumer.read('clients/billing.contract.json')).toContain(revision)
    expect((await consumer.kube('client', 'check')).stdout).toContain(revision.slice(0, 12))
  })

  test.for(['--upload-pack=touch pwned', '-oProxyCommand=touch pwned'])(
    'a ref or host that looks like an option is none: %s',
    async (option) => {
      for (const source of [`git+file:///tmp#${option}`, `git+ssh://${option}/x`]) {
        const { exitCode } = await consumer.kube('client', 'add', 'billing', '--from', source)
        expect(exitCode).toBe(2)
      }
      expect(existsSync(join(consumer.folder, 'pwned'))).toBe(false)
    },
  )

  test('from an installed package, and not from outside of it', async () => {
    mkdirSync(join(consumer.folder, 'node_modules/@acme/billing'), { recursive: true })
    consumer.write('node_modules/@acme/billing/package.json', '{"version":"2.1.0","exports":{}}')
    consumer.write('node_modules/@acme/billing/contract.json', toSnapshotText(BILLING))
    const { stdout } = await consumer.kube('client', 'add', 'npm:@acme/billing')
    expect(stdout).toContain('10 operations from npm:@acme/billing at 2.1.0')
    const out = await consumer.kube('client', 'add', 'npm:@acme/billing/../../../../billing.json')
    expect(out.stderr).toContain('leads out of the package')
  })
})

describe('kube client check', () => {
  beforeEach(() => consumer.kube('client', 'add', 'billing', ...FROM, '--ops', 'getInvoice'))

  test('is content when nothing has changed', async () => {
    const { exitCode, stdout } = await consumer.kube('client', 'check')
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout:
        'billing: its contract file → ../billing.json\n  nothing changed that callers can see\n',
    })
  })

  test('finds a generated file that was changed by hand, and one that is gone', async () => {
    consumer.write('clients/billing.d.ts', '// mine\n')
    const { exitCode, stdout } = await consumer.kube('client', 'check', '--offline')
    expect(exitCode).toBe(1)
    expect(stdout).toContain('CHANGED  billing.d.ts')
    expect(stdout).toContain(
      'fix: npx kube client add billing --from ../billing.json --ops getInvoice',
    )
  })

  test('fails for a change that breaks an operation it uses, and for no other', async () => {
    consumer.write(
      '../billing.json',
      changed(({ paths }) => delete paths['/invoices/{id}/pdf']),
    )
    expect((await consumer.kube('client', 'check')).exitCode).toBe(0)
    consumer.write(
      '../billing.json',
      changed(({ paths }) => delete paths['/invoices/{id}']?.['get']),
    )
    const { exitCode, stdout } = await consumer.kube('client', 'check', '--json')
    expect(exitCode).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      clients: [
        {
          service: 'billing',
          compatible: false,
          findings: [{ severity: 'breaking', operation: 'getInvoice' }],
        },
      ],
    })
  })
})

test.for([
  ['ftp://127.0.0.1/contract.json', 'it is neither a path nor an https address'],
  ['https://127.0.0.1:1/contract.json', 'bad port'],
])('the source %s is refused: %s', async ([source = '', problem]) => {
  const { stderr } = await consumer.kube('client', 'add', 'billing', '--from', source)
  expect(stderr).toContain(`${source} cannot be read: ${problem}`)
})

describe('a hostile snapshot', () => {
  const set = (path: readonly string[], value: unknown) => (snapshot: Changing) => {
    const owner = path
      .slice(0, -1)
      .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], snapshot)
    ;(owner as Record<string, unknown>)[path.at(-1) ?? ''] = value
  }
  const OPERATION = ['paths', '/invoices/{id}', 'get'] as const

  test.for([
    [['x-servicex', 'service', 'name'], '../../evil'],
    [['x-servicex', 'service', 'namespace'], 'a/b'],
    [['x-servicex', 'snapshot'], 2],
    [[...OPERATION, 'operationId'], '../../../evil'],
    [[...OPERATION, 'operationId'], 'then'],
    [[...OPERATION, 'operationId'], 'a;process.exit()'],
    [[...OPERATION, 'operationId'], 'createInvoice'],
    [[...OPERATION, 'x-servicex', 'reply'], '`'],
    [['paths', '//evil/{id}/..'], { get: { operationId: 'x', 'x-servicex': {} } }],
    [['paths', '/invoices/{id}'], 'x'],
    [['paths'], []],
    [['components', 'schemas', 'Invoice', 'properties', 'total'], { pattern: '(' }],
    [
      ['components', 'schemas', 'Invoice', 'properties', 'total'],
      { $ref: '#/components/schemas/None' },
    ],
    [['components', 'schemas', 'Invoice', 'properties', 'total'], { type: 'x' }],
  ] as const)('with %j as %j is refused, and nothing is written', async ([path, value]) => {
    consumer.write('../billing.json', changed(set(path, value)))
    const { exitCode, stderr } = await consumer.kube('client', 'add', '../billing.json')
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: expect.stringContaining('SERVICEX_SNAPSHOT_INVALID') as string,
    })
    expect(existsSync(join(consumer.folder, 'clients'))).toBe(false)
  })

  test('cannot put code into what is generated', async () => {
    const evil =
      '*/ globalThis.pwned = 1; /* ${globalThis.pwned=1} `+(globalThis.pwned=1)+` \'"\\\u2028'
    consumer.write(
      '../billing.json',
      changed((snapshot) => {
        set([...OPERATION, 'summary'], evil)(snapshot)
        set([...OPERATION, 'description'], evil)(snapshot)
        set(['info', 'description'], evil)(snapshot)
        set(['components', 'schemas', 'Invoice', 'description'], evil)(snapshot)
        set(['components', 'schemas', 'Invoice', 'properties', evil], {
          const: evil,
          pattern: '[\'"`]\\}; globalThis.pwned = 1; //',
        })(snapshot)
        set(['components', 'schemas', evil], { enum: [evil, { [evil]: evil }], description: evil })(
          snapshot,
        )
        set(['components', 'schemas', 'Invoice', 'properties', 'odd'], {
          $ref: `#/components/schemas/${encodeURIComponent(evil)}`,
        })(snapshot)
        set(
          ['paths', '/invoices/{id}/`${globalThis.pwned=1}`'],
          snapshot.paths['/invoices/{id}'],
        )(snapshot)
        delete snapshot.paths['/invoices/{id}']
      }),
    )
    const added = await consumer.kube('client', 'add', '../billing.json')
    expect(added).toMatchObject({ exitCode: 0 })
    symlinkSync(join(process.cwd(), 'node_modules'), join(consumer.folder, 'node_modules'))
    const code = consumer
      .read('clients/billing.js')
      .replace("'servicex/client'", JSON.stringify(join(process.cwd(), 'src/client/index.ts')))
    consumer.write(
      'clients/try.mjs',
      `${code}\nconsole.log(globalThis.pwned, typeof billing.getInvoice)`,
    )
    const said = execFileSync(process.execPath, [join(consumer.folder, 'clients/try.mjs')], {
      encoding: 'utf8',
    })
    expect(said).toBe('undefined function\n')
    expect(
      consumer.read('clients/billing.d.ts').replaceAll(/\/\*\*[^]*?\*\/|"(?:[^"\\]|\\.)*"/g, ''),
    ).not.toContain('pwned')
  })
})
