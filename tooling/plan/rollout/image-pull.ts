import type { VerdictCode } from './verdict-code.ts'

/** What runtimes and registries say, most telling first. Docker Hub says of a missing image that it is denied. */
const WORDS: readonly (readonly [RegExp, VerdictCode])[] = [
  [/no match(?:ing manifest)? for (?:platform|\w+\/)|exec format error/i, 'IMAGE_PLATFORM'],
  [
    /toomanyrequests|rate limit|\b429\b|timeout|timed out|temporary|i\/o|connection re|\beof\b|\b50[0234]\b/i,
    'IMAGE_PULL_TRANSIENT',
  ],
  [/unauthorized|denied|forbidden|authentication required|no basic auth|\b40[13]\b/i, 'IMAGE_AUTH'],
  [/not found|manifest unknown|name unknown|does not exist|invalid reference/i, 'IMAGE_NOT_FOUND'],
]

/** Ports and digests have numbers that mean nothing: `127.0.0.1:503/apps/billing@sha256:…429…`. */
const NUMBERS = /:\d+(?=\/)|\b[0-9a-f]{32,}\b/g

/** Gives why an image cannot be pulled, by the words of the runtime. What it does not know may pass. */
export function toPullCode(message: string): VerdictCode {
  const said = message.replace(NUMBERS, '')
  return WORDS.find(([words]) => words.test(said))?.[1] ?? 'IMAGE_PULL_TRANSIENT'
}
