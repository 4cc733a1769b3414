/**
 * Words that make a name sensitive wherever they stand in it (`passwordHash`, `X-Secret-Value`).
 * Names are read as words: `userPassword`, `user_password` and `User-Password` are the same.
 */
const SENSITIVE_WORDS: ReadonlySet<string> = new Set([
  'password',
  'passwords',
  'passwd',
  'passphrase',
  'pwd',
  'pw',
  'secret',
  'secrets',
  'authorization',
  'cookie',
  'cookies',
  'credential',
  'credentials',
  'apikey',
])

/** Names that are sensitive when a name ends with them (`authToken`, but not `tokenCount`). */
const SENSITIVE_ENDINGS: ReadonlySet<string> = new Set([
  'token',
  'tokens',
  'auth',
  'jwt',
  'bearer',
  'pass',
  'dsn',
  'sid',
  'otp',
  'pin',
  'cvv',
  'cvc',
  'ssn',
  'apikey',
  'accesskey',
  'accesskeyid',
  'secretkey',
  'privatekey',
  'signingkey',
  'encryptionkey',
  'connectionstring',
  'databaseurl',
  'sessionid',
  'cardnumber',
  'creditcard',
])

/** What stands in place of a withheld value. */
export const REDACTED = '[redacted]'

/** Says whether a value under this name must be withheld from lines, events and output. */
export function isSensitiveName(name: string): boolean {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])/g, '$1$3 $2$4')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    // `password2` is a password too.
    .map((word) => word.replace(/\d+$/, ''))
    .filter(Boolean)
  const last = words.at(-1) ?? ''
  const lastTwo = words.slice(-2).join('')
  const lastThree = words.slice(-3).join('')
  return (
    words.some((word, index) => SENSITIVE_WORDS.has(word) || isSplitWord(words, index)) ||
    SENSITIVE_ENDINGS.has(last) ||
    SENSITIVE_ENDINGS.has(lastTwo) ||
    SENSITIVE_ENDINGS.has(lastThree)
  )
}

function isSplitWord(words: readonly string[], index: number): boolean {
  return SENSITIVE_WORDS.has(`${words[index] ?? ''}${words[index + 1] ?? ''}`)
}
