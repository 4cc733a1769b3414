import { scrub } from '../../../src/convention/scrub.ts'
import { REDACTED } from '../../../src/convention/sensitive.ts'

/** Shorter secrets would blank out words that are none. */
const MIN_SECRET_CHARS = 4
const MAX_TEXT_CHARS = 300

/** Controls, and the signs that turn the direction of writing: a registry has no say over the terminal. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}]+/gu

/** Knows the secrets of a run, and takes them out of what is going to be printed. */
export class Redactor {
  readonly #spellings = new Set<string>()

  /** Notes a secret, in all the spellings in which it travels: plain, base64, percent-encoded. */
  add(secret: string): void {
    if (secret.length < MIN_SECRET_CHARS) return
    const base64 = Buffer.from(secret).toString('base64')
    for (const spelling of [secret, base64, base64.replace(/=+$/, ''), encodeURIComponent(secret)])
      this.#spellings.add(spelling)
  }

  /** Gives a text of a registry or a helper as it may be printed: one short line, no secrets, no controls. */
  print(text: string): string {
    let printed = text
    // The longest first: one spelling may hold another.
    for (const spelling of [...this.#spellings].sort((a, b) => b.length - a.length))
      printed = printed.replaceAll(spelling, REDACTED)
    return scrub(printed.replaceAll(UNPRINTABLE, ' ').trim()).slice(0, MAX_TEXT_CHARS)
  }
}
