import { type GoldenPair, INTEGER, NUMBER, STRING, body, object } from './golden-pair.ts'

/** Objects, unions and what is written in several ways, in a body. */
export const REQUEST_OBJECT_PAIRS: readonly GoldenPair[] = [
  body(
    'a new required property',
    [object({ id: STRING }), object({ id: STRING, total: INTEGER })],
    ['breaking request-property-required-added body .total'],
  ),
  body(
    'a new optional property',
    [object({ id: STRING }), object({ id: STRING, 'total?': INTEGER })],
    ['info request-property-added body .total'],
  ),
  body(
    'an optional property is required',
    [object({ 'note?': STRING }), object({ note: STRING })],
    ['breaking request-property-became-required body .note'],
  ),
  body(
    'a required property is optional',
    [object({ note: STRING }), object({ 'note?': STRING })],
    ['info request-property-became-optional body .note'],
  ),
  body(
    'a property is ignored',
    [object({ id: STRING, 'note?': STRING }), object({ id: STRING })],
    ['warning request-property-ignored body .note'],
  ),
  body(
    'a property is refused',
    [
      { ...object({ id: STRING, 'note?': STRING }), additionalProperties: false },
      { ...object({ id: STRING }), additionalProperties: false },
    ],
    ['breaking request-property-refused body .note'],
  ),
  body(
    'unknown properties are refused',
    [object({ id: STRING }), { ...object({ id: STRING }), additionalProperties: false }],
    ['breaking request-unknown-properties-refused body'],
  ),
  body(
    'unknown properties are taken',
    [{ ...object({ id: STRING }), additionalProperties: false }, object({ id: STRING })],
    ['info request-unknown-properties-taken body'],
  ),
  body(
    'values of a record are bounded',
    [
      { type: 'object', additionalProperties: NUMBER },
      { type: 'object', additionalProperties: { type: 'number', minimum: 0 } },
    ],
    ['breaking request-constraint-tightened body {}'],
  ),
  body(
    'a record names one of its properties, of the same type',
    [
      { type: 'object', additionalProperties: NUMBER },
      { type: 'object', properties: { a: NUMBER }, additionalProperties: NUMBER },
    ],
    [],
  ),
  body(
    'a shape of a union is gone',
    [
      { oneOf: [object({ card: STRING }), object({ iban: STRING }), object({ cash: INTEGER })] },
      { oneOf: [object({ card: STRING }), object({ iban: STRING })] },
    ],
    ['breaking request-variant-removed body'],
  ),
  body(
    'a further shape of a union',
    [
      { oneOf: [object({ card: STRING })] },
      { oneOf: [object({ card: STRING }), object({ iban: STRING })] },
    ],
    ['info request-variant-added body'],
  ),
  body(
    'a tagged shape of a union asks for more',
    [
      { oneOf: [object({ kind: { const: 'card' } }), object({ kind: { const: 'iban' } })] },
      {
        oneOf: [
          object({ kind: { const: 'card' }, number: STRING }),
          object({ kind: { const: 'iban' } }),
        ],
      },
    ],
    ['breaking request-property-required-added body (kind "card").number'],
  ),
  body(
    'a union in another order',
    [{ anyOf: [STRING, INTEGER] }, { anyOf: [INTEGER, STRING] }],
    [],
  ),
  body(
    'a type → a union that holds it',
    [STRING, { anyOf: [STRING, object({ text: STRING })] }],
    ['info request-variant-added body'],
  ),
  body(
    'another default',
    [
      object({ 'limit?': { type: 'integer', default: 20 } }),
      object({ 'limit?': { type: 'integer', default: 10 } }),
    ],
    ['warning request-default-changed body .limit'],
  ),
  body(
    'a rule nobody understands',
    [STRING, { type: 'string', not: { const: 'x' } }],
    ['warning request-schema-undecided body'],
  ),
  body(
    'parts of an allOf are one',
    [
      { allOf: [object({ id: STRING }), object({ total: INTEGER })] },
      object({ id: STRING, total: INTEGER }),
    ],
    [],
  ),
  body(
    'a bound in an allOf',
    [
      { allOf: [{ type: 'integer', minimum: 0 }] },
      { allOf: [{ type: 'integer', minimum: 0 }, { minimum: 1 }] },
    ],
    ['breaking request-constraint-tightened body'],
  ),
  body(
    'texts of documentation',
    [
      { type: 'string', description: 'a', title: 'A', examples: ['x'] },
      { type: 'string', description: 'b', title: 'B', examples: ['y'] },
    ],
    [],
  ),
]
