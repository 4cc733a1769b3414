/** One library's client of the same contract: the files a consumer has, and what its program imports. */
export interface Rig {
  readonly name: string
  /** Replies are checked where they arrive, without further settings. */
  readonly isChecked: boolean
  /** The consumer's own code imports this; importing it is what is measured. */
  readonly entry: string
  readonly toFiles: (operations: number) => Readonly<Record<string, string>>
}

const USED = [0, 1, 2]

/** Ten fields and a union, as a zod object. */
function zodThing(index: number): string {
  return `z.object({ id: z.uuid(), total: z.int(), name: z.string().max(${100 + index}), issuedAt: z.iso.datetime(), state: z.enum(['open', 'paid', 'void']), note: z.string().nullable(), tags: z.array(z.string()), owner: z.object({ id: z.uuid(), name: z.string() }), amount: z.number().min(0), source: z.discriminatedUnion('kind', [z.object({ kind: z.literal('card'), digits: z.string() }), z.object({ kind: z.literal('cash'), given: z.int() })]) })`
}

/** The same as a type. */
const TYPE_THING = `{ id: string; total: number; name: string; issuedAt: string; state: 'open' | 'paid' | 'void'; note: string | null; tags: string[]; owner: { id: string; name: string }; amount: number; source: { kind: 'card'; digits: string } | { kind: 'cash'; given: number } }`

function each(count: number, toText: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => toText(index)).join('\n')
}

function uses(toText: (index: number) => string): string {
  return USED.map(
    (index) => `export async function use${index}(id: string) {\n${toText(index)}\n}\n`,
  ).join('')
}

const SERVICEX: Rig = {
  name: 'servicex, generated',
  isChecked: true,
  entry: './clients/things.js',
  toFiles: () => ({
    'consumer.ts': `import { things } from './clients/things.js'\n${uses(
      (index) =>
        `const r = await things.getThing${index}({ id })\nif (r.ok) return r.data.total\nreturn r.error.code === 'archived' ? r.error.data.archivedAt : r.error.code`,
    )}`,
  }),
}

const SERVICEX_DIRECT: Rig = {
  name: 'servicex, client(contract)',
  isChecked: true,
  entry: './contract.js',
  toFiles: (count) => ({
    'contract.ts': `import { client, contract, op } from 'servicex/contract'\nimport { z } from 'zod'\n${toContract(count)}\nexport const things = client(contractOfThings)\n`,
    'consumer.ts':
      SERVICEX.toFiles(count)['consumer.ts']?.replace('./clients/things.js', './contract.js') ?? '',
  }),
}

/** The contract all is made of, as servicex has it. */
export function toContract(count: number): string {
  return `export const contractOfThings = contract('things', {\n${each(
    count,
    (index) =>
      `getThing${index}: op.get('/things${index}/{id}', { params: z.object({ id: z.uuid() }), ok: ${zodThing(index)}, errors: { not_found: 404, archived: [410, z.object({ archivedAt: z.iso.datetime() })] } }),`,
  )}\n})\n`
}

const TS_REST: Rig = {
  name: 'ts-rest',
  isChecked: false,
  entry: './client.js',
  toFiles: (count) => ({
    'contract.ts': `import { initContract } from '@ts-rest/core'\nimport { z } from 'zod'\nconst c = initContract()\nexport const contract = c.router({\n${each(
      count,
      (index) =>
        `getThing${index}: { method: 'GET', path: '/things${index}/:id', pathParams: z.object({ id: z.uuid() }), responses: { 200: ${zodThing(index)}, 404: z.object({ code: z.literal('not_found') }), 410: z.object({ code: z.literal('archived'), archivedAt: z.iso.datetime() }) } },`,
    )}\n})\n`,
    'client.ts': `import { initClient } from '@ts-rest/core'\nimport { contract } from './contract.js'\nexport const things = initClient(contract, { baseUrl: 'http://things', baseHeaders: {} })\n`,
    'consumer.ts': `import { things } from './client.js'\n${uses(
      (index) =>
        `const r = await things.getThing${index}({ params: { id } })\nif (r.status === 200) return r.body.total\nreturn r.status === 410 ? r.body.archivedAt : r.status`,
    )}`,
  }),
}

const ORPC: Rig = {
  name: 'oRPC',
  isChecked: false,
  entry: './client.js',
  toFiles: (count) => ({
    'contract.ts': `import { oc } from '@orpc/contract'\nimport { z } from 'zod'\nexport const contract = {\n${each(
      count,
      (index) =>
        `getThing${index}: oc.route({ method: 'GET', path: '/things${index}/{id}' }).input(z.object({ id: z.uuid() })).output(${zodThing(index)}).errors({ NOT_FOUND: {}, ARCHIVED: { data: z.object({ archivedAt: z.iso.datetime() }) } }),`,
    )}\n}\n`,
    'client.ts': `import { createORPCClient } from '@orpc/client'\nimport type { ContractRouterClient } from '@orpc/contract'\nimport type { JsonifiedClient } from '@orpc/openapi-client'\nimport { OpenAPILink } from '@orpc/openapi-client/fetch'\nimport { contract } from './contract.js'\nexport const things: JsonifiedClient<ContractRouterClient<typeof contract>> = createORPCClient(new OpenAPILink(contract, { url: 'http://things' }))\n`,
    'consumer.ts': `import { safe } from '@orpc/client'\nimport { things } from './client.js'\n${uses(
      (index) =>
        `const r = await safe(things.getThing${index}({ id }))\nif (r.isSuccess) return r.data.total\nreturn r.isDefined && r.error.code === 'ARCHIVED' ? r.error.data.archivedAt : r.error.message`,
    )}`,
  }),
}

const TRPC: Rig = {
  name: 'tRPC',
  isChecked: false,
  entry: './client.js',
  toFiles: (count) => ({
    'router.ts': `import { initTRPC } from '@trpc/server'\nimport { z } from 'zod'\nconst t = initTRPC.create()\nexport const router = t.router({\n${each(
      count,
      (index) =>
        `getThing${index}: t.procedure.input(z.object({ id: z.uuid() })).output(${zodThing(index)}).query(() => undefined as never),`,
    )}\n})\nexport type Router = typeof router\n`,
    'client.ts': `import { createTRPCClient, httpBatchLink } from '@trpc/client'\nimport type { Router } from './router.js'\nexport const things = createTRPCClient<Router>({ links: [httpBatchLink({ url: 'http://things' })] })\n`,
    'consumer.ts': `import { TRPCClientError } from '@trpc/client'\nimport { things } from './client.js'\n${uses(
      (index) =>
        `try { return (await things.getThing${index}.query({ id })).total } catch (error) { return error instanceof TRPCClientError ? error.message : 'unknown' }`,
    )}`,
  }),
}

const HONO: Rig = {
  name: 'Hono RPC',
  isChecked: false,
  entry: './client.js',
  toFiles: (count) => ({
    'app.ts': `import { Hono } from 'hono'\nimport { z } from 'zod'\n${each(count, (index) => `const Thing${index} = ${zodThing(index)}`)}\nexport const app = new Hono()\n${each(
      count,
      (index) =>
        `.get('/things${index}/:id', (c) => { if (c.req.param('id') === '0') return c.json({ code: 'not_found' as const }, 404); if (c.req.param('id') === '1') return c.json({ code: 'archived' as const, archivedAt: '' }, 410); return c.json({} as z.infer<typeof Thing${index}>, 200) })`,
    )}\nexport type App = typeof app\n`,
    'client.ts': `import { hc } from 'hono/client'\nimport type { App } from './app.js'\nexport const things = hc<App>('http://things')\n`,
    'consumer.ts': `import { things } from './client.js'\n${uses(
      (index) =>
        `const r = await things.things${index}[':id'].$get({ param: { id } })\nif (r.status === 200) return (await r.json()).total\nreturn r.status === 410 ? (await r.json()).archivedAt : r.status`,
    )}`,
  }),
}

const OPENAPI_FETCH: Rig = {
  name: 'openapi-fetch',
  isChecked: false,
  entry: './client.js',
  toFiles: () => ({
    'client.ts': `import createClient from 'openapi-fetch'\nimport type { paths } from './openapi.js'\nexport const things = createClient<paths>({ baseUrl: 'http://things' })\n`,
    'consumer.ts': `import { things } from './client.js'\n${uses(
      (index) =>
        `const r = await things.GET('/things${index}/{id}', { params: { path: { id } } })\nif (r.data) return r.data.total\nreturn r.response.status`,
    )}`,
  }),
}

const BARE: Rig = {
  name: 'types by hand, fetch',
  isChecked: false,
  entry: './client.js',
  toFiles: (count) => ({
    'client.ts': `${each(count, (index) => `export interface Thing${index} ${TYPE_THING}`)}\nexport async function get<T>(path: string): Promise<T> { return (await (await fetch('http://things' + path)).json()) as T }\n`,
    'consumer.ts': `import { get, type Thing0, type Thing1, type Thing2 } from './client.js'\n${uses(
      (index) => `return (await get<Thing${index}>('/things${index}/' + id)).total`,
    )}`,
  }),
}

/** Every library that is measured, ours first, and at the end what costs nothing and promises nothing. */
export const RIGS: readonly Rig[] = [
  SERVICEX,
  SERVICEX_DIRECT,
  OPENAPI_FETCH,
  ORPC,
  TRPC,
  HONO,
  TS_REST,
  BARE,
]
