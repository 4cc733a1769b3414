/** Says whether `command` is a list of words that a process can be started with. */
export function isCommand(command: unknown): boolean {
  return Array.isArray(command) && command.length > 0 && command.every(isWord)
}

function isWord(word: unknown): boolean {
  return typeof word === 'string' && word !== ''
}
