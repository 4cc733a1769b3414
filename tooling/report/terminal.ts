/** Where a tool writes: results to stdout, progress and failures to stderr. `process` is one. */
export interface Terminal {
  readonly stdout: TerminalStream
  readonly stderr: TerminalStream
}

/** What a command finds around it: `process` is one. */
export interface Host extends Terminal {
  cwd(): string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** One of the two streams of a terminal. */
export interface TerminalStream {
  write(text: string): unknown
  /** Whether a person's terminal shows it. */
  readonly isTTY?: boolean
  on?(event: 'error', listener: (error: Error) => void): unknown
}

/** Lets a reader that leaves early (`kube --help | head -1`) end the output instead of the tool. */
export function survivesClosedPipe({ stdout, stderr }: Terminal): void {
  for (const stream of [stdout, stderr]) stream.on?.('error', ignoreClosedPipe)
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}
