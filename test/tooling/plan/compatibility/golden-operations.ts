import { type GoldenPair, INTEGER, STRING, facts, object, operation } from './golden-pair.ts'

const TWO = [{}, { id: 'putThing', method: 'put' }] as const

/** Operations, parameters, bodies as such, errors, promises and the service. */
export const OPERATION_PAIRS: readonly GoldenPair[] = [
  {
    title: 'an operation is gone',
    before: { operations: TWO },
    after: {},
    findings: ['breaking operation-removed of putThing'],
  },
  {
    title: 'an operation that nobody uses is gone',
    before: { operations: TWO },
    after: {},
    used: ['getThing'],
    findings: [],
  },
  {
    title: 'a further operation',
    before: {},
    after: { operations: TWO },
    findings: ['info operation-added of putThing'],
  },
  operation('another name', [{}, { id: 'readThing' }], ['warning operation-renamed']),
  operation(
    'another name, and it breaks',
    [{ reply: STRING }, { id: 'readThing', reply: INTEGER }],
    ['warning operation-renamed', 'breaking response-type-changed reply'],
  ),
  operation(
    'another method',
    [{ method: 'post' }, { method: 'put' }],
    ['breaking operation-method-changed'],
  ),
  operation(
    'another path',
    [{ path: '/things/{id}' }, { path: '/items/{id}' }],
    ['breaking operation-path-changed'],
  ),
  operation(
    'a parameter of the path has another name',
    [
      { path: '/things/{id}', parameters: [{ name: 'id', in: 'path', required: true }] },
      { path: '/things/{thing}', parameters: [{ name: 'thing', in: 'path', required: true }] },
    ],
    [],
  ),
  operation(
    'a parameter of the path has another type',
    [
      { parameters: [{ name: 'id', in: 'path', required: true }] },
      {
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
        ],
      },
    ],
    ['breaking request-format-added path id'],
  ),
  operation(
    'deprecated',
    [{}, { deprecated: true, facts: { sunset: '2027-01-31' } }],
    ['warning operation-deprecated'],
  ),
  operation(
    'not deprecated any more',
    [{ deprecated: true }, {}],
    ['info operation-no-longer-deprecated'],
  ),
  operation(
    'gone sooner',
    [
      { deprecated: true, facts: { sunset: '2027-01-31' } },
      { deprecated: true, facts: { sunset: '2026-12-31' } },
    ],
    ['warning operation-sunset-earlier'],
  ),
  operation(
    'a new required parameter',
    [{}, { parameters: [{ name: 'q', required: true }] }],
    ['breaking parameter-required-added query q'],
  ),
  operation(
    'a new optional parameter',
    [{}, { parameters: [{ name: 'q' }] }],
    ['info parameter-added query q'],
  ),
  operation(
    'a parameter is required',
    [{ parameters: [{ name: 'q' }] }, { parameters: [{ name: 'q', required: true }] }],
    ['breaking parameter-became-required query q'],
  ),
  operation(
    'a parameter is optional',
    [{ parameters: [{ name: 'q', required: true }] }, { parameters: [{ name: 'q' }] }],
    ['info parameter-became-optional query q'],
  ),
  operation(
    'a parameter is gone',
    [{ parameters: [{ name: 'q' }] }, {}],
    ['warning parameter-removed query q'],
  ),
  operation(
    'a header in other letters',
    [
      { parameters: [{ name: 'X-Tenant', in: 'header' }] },
      { parameters: [{ name: 'x-tenant', in: 'header' }] },
    ],
    [],
  ),
  operation(
    'a parameter moves',
    [
      { parameters: [{ name: 'tenant', in: 'header' }] },
      { parameters: [{ name: 'tenant', in: 'query' }] },
    ],
    ['warning parameter-removed header tenant', 'info parameter-added query tenant'],
  ),
  operation(
    'a value of a parameter is gone',
    [
      { parameters: [{ name: 'sort', schema: { enum: ['up', 'down'] } }] },
      { parameters: [{ name: 'sort', schema: { enum: ['up'] } }] },
    ],
    ['breaking request-enum-narrowed query sort'],
  ),
  operation(
    'a first body that is required',
    [{}, { body: object({}) }],
    ['breaking request-body-required body'],
  ),
  operation(
    'a first body that is optional',
    [{}, { body: object({}), bodyRequired: false }],
    ['info request-body-added body'],
  ),
  operation(
    'the body is required',
    [{ body: STRING, bodyRequired: false }, { body: STRING }],
    ['breaking request-body-required body'],
  ),
  operation(
    'the body is optional',
    [{ body: STRING }, { body: STRING, bodyRequired: false }],
    ['info request-body-became-optional body'],
  ),
  operation('the body is ignored', [{ body: STRING }, {}], ['warning request-body-ignored body']),
  facts(
    'a file in place of JSON',
    [{ request: 'json' }, { request: 'file', requestTypes: ['image/*'] }],
    ['breaking request-body-kind-changed body'],
  ),
  facts(
    'a content type is refused',
    [
      { request: 'file', requestTypes: ['image/*'] },
      { request: 'file', requestTypes: ['image/png'] },
    ],
    ['breaking request-content-type-removed body'],
  ),
  facts(
    'a further content type',
    [
      { request: 'file', requestTypes: ['image/png'] },
      { request: 'file', requestTypes: ['image/png', 'image/gif'] },
    ],
    ['info request-content-type-added body'],
  ),
  facts(
    'smaller bodies',
    [
      { request: 'json', requestMaxBytes: 1000 },
      { request: 'json', requestMaxBytes: 999 },
    ],
    ['breaking request-size-lowered body'],
  ),
  facts(
    'larger bodies',
    [
      { request: 'json', requestMaxBytes: 1000 },
      { request: 'json', requestMaxBytes: 1001 },
    ],
    ['info request-size-raised body'],
  ),
  facts(
    'a rule that no schema says',
    [
      {},
      {
        unchecked: [
          { path: 'query.from', rule: 'refine' },
          { path: 'ok.id', rule: 'refine' },
        ],
      },
    ],
    ['warning request-unchecked-rule-added query.from'],
  ),
]
