import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ErrorEvent } from '@sentry/node'
import type { Frame } from '../../src/errors/error-event.ts'
import { SourceLines } from '../../src/errors/source-lines.ts'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'source-lines-'))
  path = join(folder, 'invoices.js')
  writeFileSync(path, toText(1, 20))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the lines of source in an error event', () => {
  test('stand beside each frame, five on each side', async () => {
    const frame = await read({ filename: path, lineno: 10 })

    expect(frame).toMatchObject({
      pre_context: ['line 5', 'line 6', 'line 7', 'line 8', 'line 9'],
      context_line: 'line 10',
      post_context: ['line 11', 'line 12', 'line 13', 'line 14', 'line 15'],
    })
  })

  test.each([
    { at: 'its first line', lineno: 1, pre: [], post: 5 },
    { at: 'its last line', lineno: 20, pre: expect.any(Array), post: 0 },
  ])('end where the file ends: $at', async ({ lineno, pre, post }) => {
    const frame = await read({ filename: path, lineno })

    expect(frame.context_line).toBe(`line ${lineno}`)
    expect(frame.pre_context).toEqual(pre)
    expect(frame.post_context).toHaveLength(post)
  })

  test('are read once for a place, also near the end of its file', async () => {
    const source = new SourceLines()
    await read({ filename: path, lineno: 19 }, source)
    appendFileSync(path, toText(21, 30))

    const frame = await read({ filename: path, lineno: 19 }, source)

    expect(frame.post_context).toEqual(['line 20'])
  })

  test('are the same for all frames of a file, whatever their order', async () => {
    const frames = [18, 3, 18].map((lineno): Frame => ({ filename: path, lineno }))

    await new SourceLines().addTo(toEvent(frames))

    expect(frames.map((frame) => frame.context_line)).toEqual(['line 18', 'line 3', 'line 18'])
  })

  test('of a place that was forgotten are read again', async () => {
    const source = new SourceLines()
    await read({ filename: path, lineno: 1 }, source)
    const others = Array.from({ length: 500 }, (_, at): Frame => ({
      filename: path,
      lineno: at + 2,
    }))
    await source.addTo(toEvent(others))
    writeFileSync(path, 'another')

    expect((await read({ filename: path, lineno: 1 }, source)).context_line).toBe('another')
  })

  test('are cut where they are long', async () => {
    writeFileSync(path, 'x'.repeat(1000))

    expect((await read({ filename: path, lineno: 1 })).context_line).toBe(`${'x'.repeat(150)}…`)
  })

  test.each([
    { what: 'is not there', frame: { filename: '/nowhere/app.js', lineno: 1 } },
    { what: 'has no such line', frame: { lineno: 21 } },
    { what: "is Node's", frame: { filename: 'node:internal/process', lineno: 1 } },
    { what: 'is no source', frame: { filename: '/etc/passwd', lineno: 1 } },
    { what: 'is a device', frame: { filename: '/dev/zero', lineno: 1 } },
    { what: 'is minified', frame: { filename: '/app/app.min.js', lineno: 1 } },
    { what: 'is a bundle, far on', frame: { lineno: 10_001 } },
    { what: 'has one long line', frame: { lineno: 1, colno: 1001 } },
  ])('are left out where the file $what', async ({ frame }) => {
    const seen = await read({ filename: path, ...frame })

    expect(seen).not.toHaveProperty('context_line')
    expect(seen).not.toHaveProperty('pre_context')
  })

  test('that something else has given stay', async () => {
    const frame = await read({ filename: path, lineno: 10, context_line: 'from a source map' })

    expect(frame.context_line).toBe('from a source map')
  })
})

function toText(first: number, last: number): string {
  return Array.from({ length: last - first + 1 }, (_, at) => `line ${first + at}\n`).join('')
}

async function read(frame: Frame, source: SourceLines = new SourceLines()): Promise<Frame> {
  await source.addTo(toEvent([frame]))
  return frame
}

function toEvent(frames: Frame[]): ErrorEvent {
  return { type: undefined, exception: { values: [{ stacktrace: { frames } }] } }
}
