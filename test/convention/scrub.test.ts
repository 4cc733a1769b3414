import { describe, expect, test } from 'vitest'
import { scrub, scrubQuery } from '../../src/convention/scrub.ts'

const SECRET = 'hunter2Z9'
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U'

/** Texts with a secret, and what is left of them. */
const TABLE: readonly [string, string][] = [
  [`postgres://u:${SECRET}@db/x`, 'postgres://[redacted]@db/x'],
  [`amqp://${SECRET}@mq`, 'amqp://[redacted]@mq'],
  [
    `at https://u:${SECRET}@a and http://v:${SECRET}@b`,
    'at https://[redacted]@a and http://[redacted]@b',
  ],
  [`mongodb+srv://u:p@${SECRET}@db`, 'mongodb+srv://[redacted]@db'],
  [`?token=${SECRET}`, '?token=[redacted]'],
  [`/a?b=1&access_token=${SECRET}&c=2`, '/a?b=1&access_token=[redacted]&c=2'],
  [`GET url=/x?token=${SECRET} 200`, 'GET url=/x?token=[redacted] 200'],
  [`/a?user[password]=${SECRET}&b=1`, '/a?user[password]=[redacted]&b=1'],
  [`/a?user%5Bpassword%5D=${SECRET}&b=1`, '/a?user%5Bpassword%5D=[redacted]&b=1'],
  [`next=%2Fa%3Ftoken%3d${SECRET}`, 'next=%2Fa%3Ftoken%3d[redacted]'],
  [`password: ${SECRET}`, 'password: [redacted]'],
  [`PASSWORD=${SECRET};HOST=a`, 'PASSWORD=[redacted];HOST=a'],
  [`password="two ${SECRET} words" ok`, 'password="[redacted]" ok'],
  [`password='it\\'s ${SECRET}' ok`, "password='[redacted]' ok"],
  [`{"password":"${SECRET}","a":1}`, '{"password":"[redacted]","a":1}'],
  [`{"token" : 12345, "a": 1}`, '{"token" : [redacted], "a": 1}'],
  [`{"tokens":["${SECRET}","${SECRET}"],"a":1}`, '{"tokens":[redacted]],"a":1}'],
  [`{\\"password\\":\\"${SECRET}\\"}`, '{\\"password\\":\\"[redacted]\\"}'],
  [`body="password=${SECRET}"`, 'body="password=[redacted]"'],
  [`{ apiKey: '${SECRET}' }`, "{ apiKey: '[redacted]' }"],
  [`Authorization: Bearer ${SECRET}`, 'Authorization: [redacted]'],
  [`authorization: Digest username="u", response="${SECRET}"`, 'authorization: [redacted]'],
  [`Authorization: Token ${SECRET}\nHost: a`, 'Authorization: [redacted]\nHost: a'],
  [`{ authorization: 'Basic ${SECRET}', host: 'a' }`, "{ authorization: '[redacted]', host: 'a' }"],
  [`Cookie: theme=dark; session=${SECRET}`, 'Cookie: [redacted]'],
  [`set-cookie: id=${SECRET}; Path=/`, 'set-cookie: [redacted]'],
  [`sent Bearer ${SECRET}.x-y_z/+= there`, 'sent Bearer [redacted] there'],
  [`Bearer%20${SECRET}`, 'Bearer%20[redacted]'],
  [`Basic dXNlcjpwYXNz`, 'Basic [redacted]'],
  [`got ${JWT}, refused`, 'got [redacted], refused'],
  [`/reset/${JWT}`, '/reset/[redacted]'],
]

test.for(TABLE)('%s', ([text, scrubbed]) => {
  expect(scrub(text)).toBe(scrubbed)
})

test('what was scrubbed once stays as it is', () => {
  for (const [, scrubbed] of TABLE) expect(scrub(scrubbed)).toBe(scrubbed)
})

test.for([
  'GET /invoices/:id 200',
  'listening on http://127.0.0.1:8080/path?q=1',
  'mail to user@example.com about a:b',
  'Basic setup is done',
  'the bearer token is missing',
  'tokenCount=7 keys=a,b',
  'SELECT "id" FROM users WHERE name = $1',
  'TypeError: x is not a function\n    at file:///app/src/a.ts:1:2',
  '2026-11-23T04:00:00Z',
  '',
])('%j holds no secret and stays as it is', (text) => {
  expect(scrub(text)).toBe(text)
})

test.for([
  [`a=1&token=${SECRET}&b=${SECRET}`, `a=1&token=[redacted]&b=${SECRET}`],
  [`token=a,${SECRET};x`, 'token=[redacted]'],
  [`user%5Bpassword%5D=${SECRET}`, 'user%5Bpassword%5D=[redacted]'],
  [`next=http://u:${SECRET}@h/`, 'next=http://[redacted]@h/'],
  [`token`, 'token'],
  ['', ''],
] as const)('query %j is %j', ([query, scrubbed]) => {
  expect(scrubQuery(query)).toBe(scrubbed)
})

/** Pieces whose repetition leads a careless pattern to try every part of a text again and again. */
const HOSTILE = [
  'a',
  ' ',
  ':',
  '=',
  '"',
  "'",
  '\\',
  '\\"',
  '@',
  '-',
  '.',
  '/',
  '%',
  '[',
  '%3d',
  '%5B',
  'a:',
  'a=',
  'a ',
  'a.',
  '://',
  'a://',
  'http://',
  'http://a:',
  'x@',
  'eyJ',
  'eyJ-',
  '-eyJaaaaa',
  'eyJaaaaa.',
  'bearer ',
  'bearer',
  'basic ',
  '"basic A',
  'token=',
  'token="',
  'token:\\"',
  'token=[',
  'authorization: ',
  'cookie="',
  "password='\\",
  'aB',
  'a_b-c',
  'a=b&',
  '{"a":',
]

describe('scrubbing 100 kB takes time in proportion to scrubbing 12.5 kB', () => {
  test.for(HOSTILE)('of %j', (piece) => {
    const [small, large] = [12_500, 100_000].map((chars) => {
      const text = `x=${piece.repeat(Math.ceil(chars / piece.length))}`
      return leastTimeMs(() => scrub(text))
    }) as [number, number]
    // In proportion is 8 times; by the square it is 64 times.
    expect(large).toBeLessThan(Math.max(small, 0.5) * 24)
  })
})

function leastTimeMs(work: () => unknown): number {
  const times = Array.from({ length: 3 }, () => {
    const startedAt = performance.now()
    work()
    return performance.now() - startedAt
  })
  return Math.min(...times)
}
