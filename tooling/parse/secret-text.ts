import type { ReadStream } from 'node:tty'

const CTRL_C = '\u0003'
const BACKSPACE = '\u007F'

/** Reads a value: what is piped in, without its last line end, or what a person types, unseen. Rejects when he gives up. */
export async function readSecretText(input: ReadStream): Promise<string> {
  const typed = input.isTTY ? await readUnseen(input) : await readAll(input)
  return typed.replace(/\r?\n$/, '')
}

async function readAll(input: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of input) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}

async function readUnseen(input: ReadStream): Promise<string> {
  input.setRawMode(true)
  try {
    let typed = ''
    for await (const part of input) {
      typed += String(part)
      if (typed.includes(CTRL_C)) throw new Error('given up')
      if (END.test(typed)) break
    }
    return Array.from(typed.replace(END, '')).reduce(withKey, '')
  } finally {
    input.setRawMode(false)
    input.pause()
  }
}

/** The return key, or the end of input, and whatever came after it. */
// oxlint-disable-next-line no-control-regex
const END = /[\r\n\u0004][^]*$/

function withKey(text: string, key: string): string {
  return key === BACKSPACE ? text.slice(0, -1) : text + key
}
