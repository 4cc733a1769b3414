import { styleText } from 'node:util'
import type { TerminalStream } from '../terminal.ts'

/** Colours a text, or leaves it as it is. */
export type Style = (format: Parameters<typeof styleText>[0], text: string) => string

/** Gives colours to a terminal whose person did not refuse them. */
export function toStyle(
  stream: TerminalStream,
  env: Readonly<Record<string, string | undefined>>,
): Style {
  const isColoured = stream.isTTY === true && (env['NO_COLOR'] ?? '') === ''
  return (format, text) => (isColoured ? styleText(format, text, { validateStream: false }) : text)
}

/** The colours that services are told apart by, in order of their start. */
export const SERVICE_COLOURS = ['cyan', 'magenta', 'green', 'blue', 'yellow', 'red'] as const
