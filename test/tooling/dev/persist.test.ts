import { mkdtempSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openPersistence, type Persistence } from '../../../tooling/apply/dev/persist.ts'
import { LIMITS } from '../../../tooling/plan/dev/limits.ts'
import { toLogRecord } from '../../../tooling/plan/dev/log-line.ts'
import type { Arrival } from '../../../tooling/plan/dev/store.ts'
import { waitUntil } from './kube-dev.ts'

let folder = ''
let path = ''
const opened: Persistence[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-dev-persist-'))
  path = join(folder, 'deep/kept.sqlite')
})
afterEach(() => {
  opened.splice(0).forEach((persistence) => persistence.close())
  rmSync(folder, { recursive: true, force: true })
})

async function open(limits = LIMITS, onProblem?: (text: string) => void): Promise<Persistence> {
  const persistence = await openPersistence(path, limits, onProblem)
  opened.push(persistence)
  return persistence
}

/** Closes the file, and gives what the next session is shown. */
async function messagesAfter(persistence: Persistence): Promise<unknown[]> {
  opened.splice(opened.indexOf(persistence), 1)
  persistence.close()
  const next = await open()
  return [...next.load()].map(({ record }) => (record as { readonly message?: unknown }).message)
}

function toLine(message: string): Arrival {
  const record = toLogRecord(message, { service: 'billing', source: 'stdout', receivedMs: 1 })
  return { kind: 'log', record }
}

test('what came is there in the next session, oldest first', async () => {
  const persistence = await open()
  persistence.keep([toLine('one'), toLine('two')])
  persistence.keep([toLine('three')])
  expect(await messagesAfter(persistence)).toEqual(['one', 'two', 'three'])
})

test('no more comes back than the rings hold, and the file does not grow without end', async () => {
  const limits = { ...LIMITS, logs: 10, spans: 1000 }
  const persistence = await open(limits)
  const sizes = []
  for (let round = 0; round < 4; round += 1) {
    persistence.keep(Array.from({ length: 10 }, (_, index) => toLine(`${round}.${index}`)))
    await waitUntil('the file has them', () =>
      countRows() > 0 && lastRow(`${round}.9`) ? 1 : undefined,
    )
    sizes.push(countRows())
  }
  expect(Math.max(...sizes)).toBeLessThanOrEqual(30)
  const messages = [...persistence.load()].map(
    ({ record }) => (record as { message: string }).message,
  )
  expect(messages).toEqual(Array.from({ length: 10 }, (_, index) => `3.${index}`))
})

test('clear() forgets the file as well', async () => {
  const persistence = await open()
  persistence.keep([toLine('one')])
  persistence.clear()
  expect(await messagesAfter(persistence)).toEqual([])
})

test('a file that another session holds is told of once, and what came is kept when it is let go', async () => {
  const problems: string[] = []
  const persistence = await open(LIMITS, (text) => problems.push(text))
  const other = new DatabaseSync(path)
  other.exec('BEGIN EXCLUSIVE')
  persistence.keep([toLine('one')])
  await waitUntil('the problem', () => problems[0])
  persistence.clear()
  persistence.keep([toLine('two')])
  other.exec('ROLLBACK')
  other.close()
  expect(await messagesAfter(persistence)).toEqual(['two'])
  expect(problems).toEqual([
    expect.stringMatching(/^what comes cannot be kept in .*: database is locked$/),
  ])
})

test('a row that was cut off is left out', async () => {
  const persistence = await open()
  persistence.keep([toLine('one')])
  persistence.close()
  opened.length = 0
  const database = new DatabaseSync(path)
  database.exec(`INSERT INTO record (kind, json) VALUES ('log', '{"mess')`)
  database.close()
  expect([...(await open()).load()]).toHaveLength(1)
})

function countRows(): number {
  return Number(ask('SELECT count(*) AS answer FROM record'))
}

function lastRow(message: string): boolean {
  return String(ask('SELECT json AS answer FROM record ORDER BY id DESC LIMIT 1')).includes(message)
}

function ask(sql: string): unknown {
  const database = new DatabaseSync(path, { readOnly: true })
  const answer = database.prepare(sql).get()?.['answer']
  database.close()
  return answer
}
