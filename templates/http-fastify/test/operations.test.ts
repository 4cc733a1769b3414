import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { client } from 'servicex/contract'
import { api } from '../contract.ts'
import { toRoutes } from '../src/operations.ts'

test('greets by name, and not everybody', async (context) => {
  const server = createServer(toRoutes('Hello').node).listen(0, '127.0.0.1')
  context.after(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const caller = client(api, { baseUrl: `http://127.0.0.1:${port}` })

  assert.deepEqual(await caller.greet({ name: 'Ann' }).orThrow(), { text: 'Hello, Ann!' })

  const refused = await caller.greet({ name: 'Mallory' })
  assert.equal(refused.ok, false)
  assert.equal(refused.ok || refused.error.code, 'unwelcome')
})
