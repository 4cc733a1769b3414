import { type GoldenPair, INTEGER, NUMBER, STRING, body, object } from './golden-pair.ts'

/** What callers send in a body. */
export const REQUEST_PAIRS: readonly GoldenPair[] = [
  body(
    'another type',
    [object({ total: STRING }), object({ total: INTEGER })],
    ['breaking request-type-changed body .total'],
  ),
  body('any number → whole numbers', [NUMBER, INTEGER], ['breaking request-type-narrowed body']),
  body('whole numbers → any number', [INTEGER, NUMBER], ['info request-type-widened body']),
  body(
    'one of two types is gone',
    [{ type: ['string', 'integer'] }, STRING],
    ['breaking request-type-narrowed body'],
  ),
  body(
    'anything → text',
    [{}, STRING],
    ['breaking request-null-refused body', 'breaking request-type-narrowed body'],
  ),
  body(
    'null is refused',
    [{ type: ['string', 'null'] }, STRING],
    ['breaking request-null-refused body'],
  ),
  body(
    'null is refused, said as a union',
    [{ anyOf: [STRING, { type: 'null' }] }, STRING],
    ['breaking request-null-refused body'],
  ),
  body(
    'null is taken',
    [STRING, { anyOf: [STRING, { type: 'null' }] }],
    ['info request-null-taken body'],
  ),
  body(
    'two spellings of null are one',
    [{ type: ['string', 'null'] }, { anyOf: [STRING, { type: 'null' }] }],
    [],
  ),
  body(
    'a value of an enum is gone',
    [{ enum: ['a', 'b'] }, { enum: ['a'] }],
    ['breaking request-enum-narrowed body'],
  ),
  body(
    'a further value of an enum',
    [{ enum: ['a'] }, { enum: ['a', 'b'] }],
    ['info request-enum-widened body'],
  ),
  body(
    'any text → one of a few',
    [STRING, { type: 'string', enum: ['a'] }],
    ['breaking request-enum-narrowed body'],
  ),
  body(
    'a constant → another',
    [{ const: 'a' }, { const: 'b' }],
    ['breaking request-enum-narrowed body', 'info request-enum-widened body'],
  ),
  body(
    'a union of constants is an enum',
    [{ anyOf: [{ const: 'a' }, { const: 'b' }] }, { enum: ['b', 'a'] }],
    [],
  ),
  body(
    'a shorter text',
    [
      { type: 'string', maxLength: 80 },
      { type: 'string', maxLength: 40 },
    ],
    ['breaking request-constraint-tightened body'],
  ),
  body(
    'a longer text',
    [
      { type: 'string', maxLength: 40 },
      { type: 'string', maxLength: 80 },
    ],
    ['info request-constraint-loosened body'],
  ),
  body(
    'a first bound',
    [INTEGER, { type: 'integer', minimum: 0 }],
    ['breaking request-constraint-tightened body'],
  ),
  body(
    'a bound that excludes its own end',
    [
      { type: 'number', minimum: 0 },
      { type: 'number', exclusiveMinimum: 0 },
    ],
    ['breaking request-constraint-tightened body'],
  ),
  body(
    'whole numbers above 0 are those from 1',
    [
      { type: 'integer', exclusiveMinimum: 0 },
      { type: 'integer', minimum: 1 },
    ],
    [],
  ),
  body('a bound that is none', [STRING, { type: 'string', minLength: 0 }], []),
  body(
    'fewer items',
    [
      { type: 'array', items: STRING },
      { type: 'array', items: STRING, maxItems: 10 },
    ],
    ['breaking request-constraint-tightened body'],
  ),
  body(
    'items must differ',
    [
      { type: 'array', items: STRING },
      { type: 'array', items: STRING, uniqueItems: true },
    ],
    ['breaking request-constraint-tightened body'],
  ),
  body(
    'a coarser step',
    [
      { type: 'integer', multipleOf: 5 },
      { type: 'integer', multipleOf: 10 },
    ],
    ['breaking request-constraint-tightened body'],
  ),
  body(
    'a finer step',
    [
      { type: 'number', multipleOf: 0.3 },
      { type: 'number', multipleOf: 0.1 },
    ],
    ['info request-constraint-loosened body'],
  ),
  body(
    'a first pattern',
    [STRING, { type: 'string', pattern: '^a' }],
    ['breaking request-pattern-added body'],
  ),
  body(
    'another pattern',
    [
      { type: 'string', pattern: '^a' },
      { type: 'string', pattern: '^[ab]' },
    ],
    ['warning request-pattern-changed body'],
  ),
  body(
    'no pattern any more',
    [{ type: 'string', pattern: '^a' }, STRING],
    ['info request-pattern-removed body'],
  ),
  body(
    'a first format',
    [STRING, { type: 'string', format: 'email' }],
    ['breaking request-format-added body'],
  ),
  body(
    'another format',
    [
      { type: 'string', format: 'date' },
      { type: 'string', format: 'date-time' },
    ],
    ['breaking request-format-changed body'],
  ),
  body(
    'no format any more',
    [{ type: 'string', format: 'email' }, STRING],
    ['info request-format-removed body'],
  ),
]
