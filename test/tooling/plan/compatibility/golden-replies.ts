import type { JsonSchema } from '../../../../src/convention/snapshot.ts'
import {
  type GoldenPair,
  INTEGER,
  NUMBER,
  STRING,
  facts,
  object,
  operation,
  reply,
} from './golden-pair.ts'

const CHAIN = (schema: JsonSchema): GoldenPair['before'] => ({
  operations: [{ reply: { $ref: '#/components/schemas/Node' } }],
  schemas: { Node: object({ value: schema, 'next?': { $ref: '#/components/schemas/Node' } }) },
})

/** What callers are sent. */
export const REPLY_PAIRS: readonly GoldenPair[] = [
  reply(
    'another type',
    [object({ total: STRING }), object({ total: INTEGER })],
    ['breaking response-type-changed reply .total'],
  ),
  reply('whole numbers → any number', [INTEGER, NUMBER], ['breaking response-type-widened reply']),
  reply('any number → whole numbers', [NUMBER, INTEGER], ['info response-type-narrowed reply']),
  reply(
    'null may come',
    [object({ note: STRING }), object({ note: { type: ['string', 'null'] } })],
    ['breaking response-null-added reply .note'],
  ),
  reply(
    'null never comes',
    [{ type: ['string', 'null'] }, STRING],
    ['info response-null-removed reply'],
  ),
  reply(
    'a further value of an enum',
    [{ enum: ['a'] }, { enum: ['a', 'b'] }],
    ['warning response-enum-widened reply'],
  ),
  reply(
    'a further value of a closed enum',
    [
      { enum: ['a'], 'x-closed': true },
      { enum: ['a', 'b'], 'x-closed': true },
    ],
    ['breaking response-closed-enum-widened reply'],
  ),
  reply(
    'a value of an enum is gone',
    [{ enum: ['a', 'b'] }, { enum: ['a'] }],
    ['info response-enum-narrowed reply'],
  ),
  reply(
    'a longer text',
    [
      { type: 'string', maxLength: 40 },
      { type: 'string', maxLength: 80 },
    ],
    ['breaking response-constraint-loosened reply'],
  ),
  reply(
    'a shorter text',
    [
      { type: 'string', maxLength: 80 },
      { type: 'string', maxLength: 40 },
    ],
    ['info response-constraint-tightened reply'],
  ),
  reply(
    'a first pattern',
    [STRING, { type: 'string', pattern: '^a' }],
    ['info response-pattern-added reply'],
  ),
  reply(
    'another pattern',
    [
      { type: 'string', pattern: '^a' },
      { type: 'string', pattern: '^b' },
    ],
    ['warning response-pattern-changed reply'],
  ),
  reply(
    'no pattern any more',
    [{ type: 'string', pattern: '^a' }, STRING],
    ['breaking response-pattern-removed reply'],
  ),
  reply(
    'a first format',
    [STRING, { type: 'string', format: 'date' }],
    ['info response-format-added reply'],
  ),
  reply(
    'another format',
    [
      { type: 'string', format: 'date' },
      { type: 'string', format: 'date-time' },
    ],
    ['breaking response-format-changed reply'],
  ),
  reply(
    'no format any more',
    [{ type: 'string', format: 'date' }, STRING],
    ['breaking response-format-removed reply'],
  ),
  reply(
    'a required property is gone',
    [object({ id: STRING, total: INTEGER }), object({ id: STRING })],
    ['breaking response-property-removed reply .total'],
  ),
  reply(
    'a required property may lack',
    [object({ total: INTEGER }), object({ 'total?': INTEGER })],
    ['breaking response-property-became-optional reply .total'],
  ),
  reply(
    'an optional property is gone',
    [object({ 'note?': STRING }), object({})],
    ['warning response-optional-property-removed reply .note'],
  ),
  reply(
    'a further property',
    [object({}), object({ note: STRING })],
    ['info response-property-added reply .note'],
  ),
  reply(
    'an optional property is always there',
    [object({ 'note?': STRING }), object({ note: STRING })],
    ['info response-property-became-required reply .note'],
  ),
  reply(
    'the object is closed',
    [object({}), { ...object({}), additionalProperties: false }],
    ['info response-unknown-properties reply'],
  ),
  reply(
    'a further shape',
    [
      { oneOf: [object({ card: STRING })] },
      { oneOf: [object({ card: STRING }), object({ iban: STRING })] },
    ],
    ['breaking response-variant-added reply'],
  ),
  reply(
    'a shape is gone',
    [{ anyOf: [STRING, INTEGER] }, STRING],
    ['info response-variant-removed reply'],
  ),
  reply(
    'another default',
    [
      object({ 'limit?': { type: 'integer', default: 20 } }),
      object({ 'limit?': { type: 'integer', default: 10 } }),
    ],
    ['warning response-default-changed reply .limit'],
  ),
  reply(
    'a rule nobody understands',
    [STRING, { type: 'string', not: { const: 'x' } }],
    ['warning response-schema-undecided reply'],
  ),
  reply(
    'deep in an array',
    [
      object({ items: { type: 'array', items: object({ 'a b': STRING }) } }),
      object({ items: { type: 'array', items: object({ 'a b': INTEGER }) } }),
    ],
    ['breaking response-type-changed reply .items[]["a b"]'],
  ),
  reply(
    'a place of a tuple',
    [
      { type: 'array', prefixItems: [STRING, STRING] },
      { type: 'array', prefixItems: [STRING, INTEGER] },
    ],
    ['breaking response-type-changed reply [1]'],
  ),
  {
    title: 'a schema that holds itself is told of once',
    before: CHAIN(STRING),
    after: CHAIN(INTEGER),
    findings: ['breaking response-type-changed reply .value'],
  },
  {
    title: 'a schema that holds itself, moved into the components',
    before: { operations: [{ reply: object({ value: STRING }) }] },
    after: {
      operations: [{ reply: { $ref: '#/components/schemas/A' } }],
      schemas: { A: object({ value: STRING }) },
    },
    findings: [],
  },
  {
    title: 'a shared schema is told of wherever it stands',
    before: {
      operations: [
        {
          reply: object({
            a: { $ref: '#/components/schemas/M' },
            b: { $ref: '#/components/schemas/M' },
          }),
        },
      ],
      schemas: { M: STRING },
    },
    after: {
      operations: [
        {
          reply: object({
            a: { $ref: '#/components/schemas/M' },
            b: { $ref: '#/components/schemas/M' },
          }),
        },
      ],
      schemas: { M: INTEGER },
    },
    findings: [
      'breaking response-type-changed reply .a',
      'breaking response-type-changed reply .b',
    ],
  },
  {
    title: 'a reference that leads nowhere',
    before: { operations: [{ reply: STRING }] },
    after: { operations: [{ reply: { $ref: '#/components/schemas/Gone' } }] },
    findings: ['warning response-schema-undecided reply'],
  },
  {
    title: 'a reference in a circle',
    before: { operations: [{ reply: STRING }] },
    after: {
      operations: [{ reply: { $ref: '#/components/schemas/A' } }],
      schemas: { A: { $ref: '#/components/schemas/A' } },
    },
    findings: ['warning response-schema-undecided reply'],
  },
  facts(
    'another status of success',
    [{ status: 200 }, { status: 202 }],
    ['breaking reply-status-changed reply'],
  ),
  facts(
    'a stream in place of one reply',
    [{ reply: 'json' }, { reply: 'events', event: STRING }],
    ['breaking reply-kind-changed reply'],
  ),
  facts(
    'no pages any more',
    [{ reply: 'page' }, { reply: 'json' }],
    ['breaking reply-pages-lost reply'],
  ),
  facts('pages', [{ reply: 'json' }, { reply: 'page' }], ['warning reply-pages-gained reply']),
  facts(
    'events of another type',
    [
      { reply: 'events', event: object({ state: STRING }) },
      { reply: 'events', event: object({ state: INTEGER }) },
    ],
    ['breaking response-type-changed event .state'],
  ),
  facts(
    'files of a further type',
    [
      { reply: 'file', replyTypes: ['image/png'] },
      { reply: 'file', replyTypes: ['image/png', 'image/webp'] },
    ],
    ['breaking reply-content-type-added reply'],
  ),
  facts(
    'files of fewer types',
    [
      { reply: 'file', replyTypes: ['image/*'] },
      { reply: 'file', replyTypes: ['image/png'] },
    ],
    ['info reply-content-type-removed reply'],
  ),
  operation(
    'nothing in place of something',
    [{ reply: STRING }, { facts: { status: 204 } }],
    ['breaking reply-status-changed reply', 'breaking reply-kind-changed reply'],
  ),
]
