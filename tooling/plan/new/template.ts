/** A kind of service that `kube new` makes. */
export interface Template {
  readonly name: string
  readonly summary: string
  /** Packages beside servicex and zod, with the range that was tried. */
  readonly dependencies: Readonly<Record<string, string>>
}

/** The templates; the first is taken when nobody says. Each has a folder of its name in `templates/`. */
export const TEMPLATES: readonly Template[] = [
  {
    name: 'http-fastify',
    summary: 'serves HTTP with Fastify',
    dependencies: { fastify: '^5.12.8' },
  },
  {
    name: 'http-hono',
    summary: 'serves HTTP with Hono',
    dependencies: { hono: '^4.13.19', '@hono/node-server': '^2.1.8' },
  },
  { name: 'worker', summary: 'works off a queue', dependencies: {} },
  { name: 'cron', summary: 'runs by a schedule', dependencies: {} },
]

/** What every app has beside servicex. */
export const COMMON_DEPENDENCIES: Readonly<Record<string, string>> = { zod: '^4.6.7' }

/** What every app is developed with. */
export const COMMON_DEV_DEPENDENCIES: Readonly<Record<string, string>> = {
  '@types/node': '^24.19.2',
  oxlint: '^1.94.0',
  typescript: '^7.0.2',
}

/** The folder of what every template has. */
export const SHARED_TEMPLATE = 'shared'

/** The Node that runs TypeScript as it is, and that servicex needs. */
export const NODE_RANGE = '>=24.11.1'
