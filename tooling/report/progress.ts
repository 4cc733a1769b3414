import type { CiProvider } from '../parse/ci.ts'
import { toPlainLine } from './plain-text.ts'
import type { TerminalStream } from './terminal.ts'

/** Tells a person, on stderr, what a command is doing: phases, and in each what has been done. */
export interface Progress {
  /** Begins a phase and ends the one before it. */
  phase(title: string): void
  /** A line of the phase: what was done, in the past tense, or what is waited for. */
  step(line: string): void
  /** What is not as it should be and stops nothing. */
  warn(line: string): void
  /** Ends the last phase. */
  end(): void
}

/** How progress is shown. */
export interface ProgressOptions {
  /** Groups phases and marks warnings in this provider's way. */
  readonly ci?: CiProvider
  /** Nothing is told but warnings. */
  readonly isQuiet?: boolean
  readonly clock?: () => number
}

/** Opens progress on a stream. What comes from elsewhere is shown and never obeyed by the terminal. */
export function openProgress(
  stream: TerminalStream,
  { ci, isQuiet = false, clock = Date.now }: ProgressOptions = {},
): Progress {
  const marks = MARKS[ci ?? 'other'] ?? PLAIN
  let phases = 0
  const write = (text: string): void => {
    if (text !== '') stream.write(`${text}\n`)
  }
  const close = (): void => {
    if (phases > 0 && !isQuiet) write(marks.close(`phase_${phases}`, toSeconds(clock())))
  }
  return {
    phase: (title) => {
      close()
      phases += 1
      if (!isQuiet) write(marks.open(toPlainLine(title), `phase_${phases}`, toSeconds(clock())))
    },
    step: (line) => {
      if (!isQuiet) write(`  ${toPlainLine(line)}`)
    },
    warn: (line) => write(marks.warn(toPlainLine(line))),
    end: close,
  }
}

interface Marks {
  readonly open: (title: string, id: string, seconds: number) => string
  readonly close: (id: string, seconds: number) => string
  readonly warn: (line: string) => string
}

const PLAIN: Marks = {
  open: (title) => title,
  close: () => '',
  warn: (line) => `  warning: ${line}`,
}

/** Source: each provider's documentation of log commands. */
const MARKS: Partial<Record<CiProvider, Marks>> = {
  github: {
    open: (title) => `::group::${title}`,
    close: () => '::endgroup::',
    warn: (line) => `::warning::${line.replaceAll('%', '%25')}`,
  },
  gitlab: {
    open: (title, id, seconds) => `\u001b[0Ksection_start:${seconds}:${id}\r\u001b[0K${title}`,
    close: (id, seconds) => `\u001b[0Ksection_end:${seconds}:${id}\r\u001b[0K`,
    warn: PLAIN.warn,
  },
  travis: {
    open: (title, id) => `travis_fold:start:${id}\r${title}`,
    close: (id) => `travis_fold:end:${id}\r`,
    warn: PLAIN.warn,
  },
}

function toSeconds(ms: number): number {
  return Math.floor(ms / 1000)
}
