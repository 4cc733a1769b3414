import { RECORD_LIMITS } from './limits.ts'
import type { FrameRecord } from './record.ts'

const FOREIGN = /node_modules|^node:|^internal\/|<anonymous>/
const FRAME =
  /^\s*at (?:(?:async )?(.{1,400}?) \()?((?:file:\/\/)?[^()\s][^()]{0,1000}?):(\d{1,9}):(\d{1,9})\)?$/

/** Reads the frames of a stack as V8 writes it; a stack of another language has none. */
export function parseStack(stack: string): FrameRecord[] {
  const frames: FrameRecord[] = []
  for (const row of stack.slice(0, RECORD_LIMITS.textChars).split('\n')) {
    const [, name, file, line, column] = row.length > 2_000 ? [] : (FRAME.exec(row) ?? [])
    if (file === undefined) continue
    frames.push({
      file: file.replace(/^file:\/\//, ''),
      line: Number(line),
      column: Number(column),
      ...(name === undefined ? {} : { function: name }),
      isOwn: isOwnFile(file),
    })
    if (frames.length === RECORD_LIMITS.frames) break
  }
  return frames
}

/** Says whether a file is of the app itself, not of a package or of Node. */
export function isOwnFile(file: string): boolean {
  return !FOREIGN.test(file)
}

/** Gives the frame to look at first: of the app's sources, else of what is built of them. */
export function findOwnFrame(frames: readonly FrameRecord[]): FrameRecord | undefined {
  const own = frames.filter(({ isOwn }) => isOwn)
  return own.find(({ file }) => file.includes('/src/')) ?? own[0]
}
