import { defineService, type ServiceDeclaration } from '../../../src/config/declaration.ts'
import { toDescription } from '../../../src/describe/to-description.ts'
import type { PlaceSettings } from '../../../tooling/parse/environment-settings.ts'
import type { ObjectInput } from '../../../tooling/plan/plan-objects.ts'
import { z } from 'zod'

/** A revision, and the image that was built of it. */
const REVISION: string = '3fa1c2e0b7d94e6a8c15f0d2b3a4c5d6e7f80912'
const IMAGE: string = `registry.acme.example/apps/billing@sha256:${'5'.repeat(64)}`

/** Everything a declaration may say. */
export const WHOLE: ServiceDeclaration = defineService({
  name: 'billing',
  env: z.object({
    PORT: z.coerce.number(),
    USERS_URL: z.url(),
    DATABASE_URL: z.url(),
    FLAG: z.string().optional(),
  }),
  uses: ['users', 'ledger'],
  callers: ['shop'],
  egress: ['203.0.113.0/24'],
  ingress: { hosts: { production: ['billing.acme.example'] }, paths: ['/api', '/hooks'] },
  processes: {
    web: { port: 3000, replicas: { min: 2, max: 6, memoryPercent: 80 } },
    mailer: { entrypoint: './dist/mailer.js', resources: { requests: { memory: '1Gi' } } },
    nightly: {
      command: ['node', 'dist/nightly.js'],
      schedule: '0 4 * * 1-5',
      timeZone: 'Asia/Tokyo',
    },
  },
  release: { command: ['node', 'dist/migrate.js'] },
  shutdown: { drainSeconds: 25.5 },
})

/** Everything an environment may say. */
export const SETTINGS: PlaceSettings = {
  variables: {
    USERS_URL: 'http://web.users',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.observability.svc:4318',
    NORWAY: 'no',
  },
  imagePullSecrets: ['registry'],
  ingress: { class: 'nginx', tlsSecret: 'acme-tls', namespace: 'ingress-nginx' },
  monitoring: { namespace: 'monitoring', podMonitor: true },
  clusterCidrs: ['10.0.0.0/8'],
}

/** Gives what objects are planned from. */
export function inputOf(
  declaration: ServiceDeclaration,
  input: Partial<ObjectInput> = {},
): ObjectInput {
  return {
    description: { ...toDescription(declaration, 'unnamed'), servicex: '0.1.0' },
    environment: 'production',
    revision: REVISION,
    image: IMAGE,
    settings: {},
    ...input,
  }
}
