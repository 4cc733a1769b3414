import { expect, test } from 'vitest'
import { isSensitiveName } from '../../src/convention/sensitive.ts'

const SENSITIVE = `
  password Password PASSWORD userPassword user_password User-Password passwordHash password2
  pass_word passwd pwd db_pass pw passphrase token authToken access_token tokens idToken
  csrf-token auth secret client_secret SESSION_SECRET X-Secret-Value secretAccessKey apikey
  apiKey api_key X-Api-Key APIKey AWS_ACCESS_KEY_ID authorization Proxy-Authorization cookie
  Set-Cookie cookies bearer jwt privateKey signing_key encryptionKey credentials
  DATABASE_URL SENTRY_DSN connectionString sessionId connect.sid otp pin cvv ssn creditCard
  card_number user[password] user.password
`

const HARMLESS = `
  name user id tokenCount max_tokens_used author authorId key keyboard monkey passenger
  compass bypass passed spinner opinion pinned side inside cookbook secretary url path
  session card
`

test.for(words(SENSITIVE))('%s is sensitive', (name) => {
  expect(isSensitiveName(name)).toBe(true)
})

test.for(['', ...words(HARMLESS)])('%j is not sensitive', (name) => {
  expect(isSensitiveName(name)).toBe(false)
})

function words(text: string): string[] {
  return text.trim().split(/\s+/)
}
