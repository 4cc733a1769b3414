import type { Termination } from './objects.ts'

const WORDS: Readonly<Record<number, string>> = {
  126: 'the command cannot be executed',
  127: 'the command was not found',
  134: 'aborted (SIGABRT)',
  137: 'killed (SIGKILL)',
  139: 'crashed (SIGSEGV)',
  143: 'ended by SIGTERM',
}

/** Says how a container ended. */
export function toExitWords({ exitCode, reason, message }: Termination): string {
  const words = exitCode === undefined ? undefined : WORDS[exitCode]
  const why = words ?? (reason === 'Error' || reason === undefined ? undefined : reason)
  const parts = [`last exit ${exitCode ?? 'unknown'}`, why, message?.trim().split('\n')[0]]
  return parts.filter((part) => part !== undefined && part !== '').join(': ')
}
