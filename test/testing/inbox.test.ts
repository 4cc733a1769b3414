import { expect, test } from 'vitest'
import { openInbox, type Inbox } from '../../src/testing/inbox.ts'

test('a wait for a number resolves with all items as soon as they are there', async () => {
  const inbox = open()
  const waiting = inbox.waitFor(3)
  inbox.add(['a'])
  inbox.add(['b', 'c', 'd'])

  expect(await waiting).toEqual(['a', 'b', 'c', 'd'])
  expect(await inbox.waitFor(0)).toHaveLength(4)
})

test('a wait for a kind of item resolves with the first that fits, also one that came before', async () => {
  const inbox = open()
  inbox.add(['a', 'bb'])

  expect(await inbox.waitFor((item) => item.length === 2)).toBe('bb')
  const waiting = inbox.waitFor((item) => item.startsWith('c'))
  inbox.add(['d', 'c1', 'c2'])
  expect(await waiting).toBe('c1')
})

test('a wait that ends in vain says what it wanted and lists what arrived', async () => {
  const inbox = open()
  inbox.add(['a', 'b'])

  await expect(inbox.waitFor(3, { timeoutMs: 1 })).rejects.toThrow(
    '3 words did not arrive within 1 ms; 2 arrived:\n  "a"\n  "b"',
  )
  await expect(inbox.waitFor((item) => item === 'c', { timeoutMs: 1 })).rejects.toThrow(
    'the wanted words did not arrive within 1 ms; 2 arrived:\n  "a"\n  "b"',
  )
})

test('a long list of what arrived is cut to its end', async () => {
  const inbox = open()
  inbox.add(Array.from({ length: 25 }, (_, index) => String(index)))

  await expect(inbox.waitFor(26, { timeoutMs: 1 })).rejects.toThrow(
    '25 arrived:\n  … 5 earlier\n  "5"\n',
  )
})

test('closing ends every wait, also one that begins later', async () => {
  const inbox = open()
  const waiting = inbox.waitFor(1)
  inbox.close()

  const ending = '1 words did not arrive before the receiver was closed; 0 arrived'
  await expect(waiting).rejects.toThrow(ending)
  await expect(inbox.waitFor(1)).rejects.toThrow(ending)
})

test('a predicate that throws rejects its own wait and no other', async () => {
  const inbox = open()
  const broken = inbox.waitFor(() => {
    throw new Error('broken predicate')
  })
  const sound = inbox.waitFor(1)
  inbox.add(['a'])

  await expect(broken).rejects.toThrow('broken predicate')
  expect(await sound).toEqual(['a'])
})

test('clearing forgets what arrived and keeps the waits', async () => {
  const inbox = open()
  inbox.add(['a'])
  const waiting = inbox.waitFor(2)
  inbox.clear()
  inbox.add(['b', 'c'])

  expect(await waiting).toEqual(['b', 'c'])
})

function open(): Inbox<string> {
  return openInbox<string>({ noun: 'words', describe: (item) => JSON.stringify(item) })
}
