import type { VerdictCode } from '../../tooling/plan/rollout/verdict-code.ts'

/** A revision that cannot serve, and what is to be said of it. */
export interface Failure {
  readonly what: string
  readonly code: VerdictCode
  /** What it changes in a repository that serves. */
  readonly files: (app: FailingApp) => Readonly<Record<string, string>>
  /** The latest moment of the verdict, seconds after the apply; a busy machine starts pods slowly. */
  readonly withinSeconds: number
  /** What a person reads beside the code. */
  readonly says: RegExp
}

/** What a failure is made from. */
export interface FailingApp {
  readonly name: string
  readonly registry: string
  readonly declaration: string
}

const HEAD = `import { init, log } from 'servicex'
import declaration from '../service.ts'
const service = init(declaration)
`

function toOverride(name: string, container: string, more = ''): Record<string, string> {
  return {
    [`kube/${name}.yaml`]: `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { template: { spec: { containers: [${container}] } } }
${more}`,
  }
}

/** Each is certain within seconds. */
export const QUICK: readonly Failure[] = [
  {
    what: 'a crash at start',
    code: 'CRASH_LOOP',
    files: () => ({ 'src/app.ts': `${HEAD}throw new TypeError('price is undefined')\n` }),
    withinSeconds: 40,
    says: /TypeError: price is undefined/,
  },
  {
    what: 'more memory than its limit',
    code: 'OOM_KILLED',
    files: () => ({
      'src/app.ts': `${HEAD}const held: Buffer[] = []
log.info('growing')
setInterval(() => held.push(Buffer.alloc(64 * 2 ** 20, 1)), 20)
`,
    }),
    withinSeconds: 40,
    says: /killed at its limit of \d+Mi/,
  },
  {
    what: 'a key that its Secret does not have',
    code: 'CONFIG_MISSING',
    files: ({ name }) =>
      toOverride(
        'broken',
        `{ name: web, env: [{ name: TOKEN, valueFrom: { secretKeyRef: { name: ${name}-env, key: TOKEN } } }] }`,
      ),
    withinSeconds: 30,
    says: /secret "[a-z-]+-env" not found|couldn't find key TOKEN/,
  },
  {
    what: 'an image that is not there',
    code: 'IMAGE_NOT_FOUND',
    files: ({ registry }) =>
      toOverride(
        'broken',
        `{ name: sidecar, image: '${registry}/apps/none@sha256:${'ab'.repeat(32)}' }`,
      ),
    withinSeconds: 30,
    says: /not found/,
  },
]

/** Each has to last before it is certain. */
export const SLOW: readonly Failure[] = [
  {
    what: 'a pod that never becomes ready',
    code: 'NOT_READY',
    files: () => ({
      'src/app.ts': `${HEAD}service.ready('db', () => Promise.reject(new Error('connection refused')))
setInterval(() => undefined, 1000)
`,
    }),
    withinSeconds: 130,
    says: /\/readyz answered 503: .*connection refused/,
  },
  {
    what: 'a request that no node has room for',
    code: 'UNSCHEDULABLE',
    files: ({ declaration }) => ({
      'service.ts': declaration.replace(
        'serves: billing,',
        "serves: billing,\n  processes: { web: { resources: { requests: { cpu: '64' }, limits: { cpu: '64' } } } },",
      ),
    }),
    withinSeconds: 140,
    says: /Insufficient cpu/,
  },
]
