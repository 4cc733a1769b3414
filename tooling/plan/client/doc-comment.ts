/** What can be told of a member, a schema or an operation. */
export interface Described {
  readonly summary?: string
  readonly description?: string
  readonly deprecated?: boolean
  readonly sunset?: string
}

/** Writes a JSDoc comment with its line end, `pad` before each line; nothing when there is nothing to tell. */
export function toDocComment(described: Described, pad = '', more: readonly string[] = []): string {
  const { summary, description, sunset } = described
  const texts = [summary, description === summary ? undefined : description]
  const lines = [
    ...texts.flatMap((text) => (text === undefined || text === '' ? [] : ['', ...toLines(text)])),
    ...(more.length === 0 ? [] : ['', ...more.flatMap(toLines)]),
    ...(described.deprecated === true
      ? [
          '',
          sunset === undefined
            ? '@deprecated'
            : `@deprecated It may be gone after ${toLines(sunset).join(' ')}.`,
        ]
      : []),
  ].slice(1)
  if (lines.length === 0) return ''
  if (lines.length === 1) return `${pad}/** ${lines[0]} */\n`
  return `${pad}/**\n${lines.map((line) => `${pad} * ${line}`.trimEnd()).join('\n')}\n${pad} */\n`
}

/** A text from elsewhere must not end the comment, nor show anything but itself. */
function toLines(text: string): readonly string[] {
  return text
    .replaceAll('*/', '*\\/')
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ').trimEnd())
}
