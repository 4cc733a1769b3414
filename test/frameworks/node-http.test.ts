import { expect, test } from 'vitest'
import { correlateFixture } from './fixture.ts'

test('bare node:http: the signals of every request agree, wherever it ends', async () => {
  const results = await correlateFixture('node-http.ts')
  const failing = results.find(({ name }) => name.startsWith('failing'))
  expect(failing?.errorEvent).toMatchObject({
    transaction: 'GET /throws/sync/:id',
    tags: { route: '/throws/sync/:id' },
    exception: { values: [{ type: 'InvoiceError', value: 'no invoice (sync)' }] },
  })
  expect(failing?.spans).toHaveLength(1)
})
