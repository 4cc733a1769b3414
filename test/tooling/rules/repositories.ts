/** Files by path; what is no text is written as JSON. */
export type Files = Readonly<Record<string, unknown>>

/** A service that follows every rule: each test breaks one of them in it. */
export const GOOD: Files = {
  'package.json': {
    name: '@acme/billing',
    type: 'module',
    main: 'dist/app.js',
    dependencies: { servicex: '0.1.0', fastify: '5.0.0' },
    servicex: {
      registry: 'registry.example/apps',
      environments: {
        production: {
          context: 'p',
          variables: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' },
        },
      },
    },
  },
  'package-lock.json': { lockfileVersion: 3 },
  'src/app.ts': `import { init, log } from 'servicex'\nimport fastify from 'fastify'\ninit()\nlog.info(fastify.name)\n`,
  'test/app.test.ts': `console.log('a test may print')\n`,
  '.github/workflows/ci.yml':
    'jobs:\n  ship:\n    steps:\n      - run: npx kube check\n      - run: npx kube prod deploy "$GITHUB_SHA"\n',
  'clients/users.contract.json': {},
  'clients/users.js': 'export const users = {}\n',
  'clients/users.d.ts': 'export declare const users: {}\n',
  'kube/web.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  minReadySeconds: 5\n',
}

/** A repository, and each finding it must lead to: the rule, the place, words of what is said. */
export interface Broken {
  readonly rule: string
  readonly title: string
  /** Over those of `GOOD`; `undefined` takes a file away. */
  readonly files: Files
  readonly findings: readonly (readonly [place: string, what: string])[]
}

function deployment(spec: string, kind = 'Deployment'): string {
  return `apiVersion: apps/v1\nkind: ${kind}\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n${spec.replaceAll(/^/gm, '      ')}\n`
}

/** Every rule is here at least once. */
export const BROKEN: readonly Broken[] = [
  {
    rule: 'commit-hash-tag',
    title: "an override names the app's image by a version",
    files: {
      'kube/web.yaml': deployment(
        'containers:\n  - {name: web, image: registry.example/apps/billing:1.2.3}',
      ),
    },
    findings: [['kube/web.yaml', 'Deployment/web runs registry.example/apps/billing:1.2.3']],
  },
  {
    rule: 'commit-hash-tag',
    title: 'the pipeline pushes by itself',
    files: {
      '.gitlab-ci.yml':
        'build:\n  script:\n    - docker push registry.example/billing:v1\n    - npx kube prod deploy $CI_COMMIT_SHA\n',
    },
    findings: [['.gitlab-ci.yml:3', 'pushes by itself']],
  },
  {
    rule: 'no-latest',
    title: 'a sidecar without a tag, and a base without one',
    files: {
      'kube/web.yaml': deployment(
        'initContainers:\n  - {name: a, image: busybox}\ncontainers:\n  - {name: b, image: "envoy:latest"}\n  - {name: c, image: "localhost:5000/d"}',
      ),
      Dockerfile:
        'FROM node:24 AS build\nFROM --platform=linux/amd64 debian\nCOPY --from=build /a /a\nFROM build\nFROM scratch\n',
    },
    findings: [
      ['kube/web.yaml', 'Deployment/web runs busybox'],
      ['kube/web.yaml', 'Deployment/web runs envoy:latest'],
      ['kube/web.yaml', 'Deployment/web runs localhost:5000/d'],
      ['Dockerfile:2', 'is built from debian'],
    ],
  },
  {
    rule: 'lockfile-present',
    title: 'no lockfile',
    files: { 'package-lock.json': undefined },
    findings: [['package.json', 'nothing locks them']],
  },
  {
    rule: 'one-namespace',
    title: 'objects of another namespace, and of the cluster',
    files: {
      'kube/other.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: users}\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: all}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b, namespace: billing}\n',
    },
    findings: [
      ['kube/other.yaml', 'ConfigMap/a is in namespace users'],
      ['kube/other.yaml', 'ClusterRole/all belongs to the whole cluster'],
    ],
  },
  {
    rule: 'secrets-in-secrets',
    title: 'secrets in a manifest, an image, a dotfile and a key file',
    files: {
      'kube/web.yaml': deployment(
        'containers:\n  - name: web\n    env:\n      - {name: DB_PASSWORD, value: hunter2}\n      - {name: REGION, value: eu}\n      - {name: API_TOKEN, valueFrom: {secretKeyRef: {name: a, key: b}}}',
      ),
      'kube/secret.yaml':
        'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {STRIPE: hunter2}\n',
      Dockerfile:
        'FROM node:24.1\nARG NPM_TOKEN\nENV API_KEY=hunter2\nENV OTHER_TOKEN=$NPM_TOKEN\n',
      '.env.production': 'PORT=80\nexport DATABASE_PASSWORD="hunter2"\nAPI_TOKEN=\n',
      '.env.example': 'API_TOKEN=put-yours-here\n',
      '.npmrc': '//npm.example/:_authToken=hunter2\n//other.example/:_authToken=${NPM_TOKEN}\n',
      'certs/server.pem': 'x',
      'test/fixtures/key.pem': 'x',
    },
    findings: [
      ['kube/secret.yaml', 'Secret/s holds STRIPE'],
      ['kube/web.yaml', 'Deployment/web holds DB_PASSWORD'],
      ['Dockerfile:3', 'builds API_KEY into the image'],
      ['.env.production:2', 'holds DATABASE_PASSWORD'],
      ['.npmrc:1', 'holds authToken'],
      ['certs/server.pem', 'looks like a private key'],
    ],
  },
  {
    rule: 'company-endpoints',
    title: 'a collector of its own',
    files: {
      'kube/config.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {OTEL_EXPORTER_OTLP_ENDPOINT: "http://mine"}\n',
      '.env': 'OTEL_EXPORTER_OTLP_ENDPOINT=http://mine\n',
    },
    findings: [
      ['kube/config.yaml', 'ConfigMap/c sets OTEL_EXPORTER_OTLP_ENDPOINT'],
      ['.env:1', 'sets OTEL_EXPORTER_OTLP_ENDPOINT'],
    ],
  },
  {
    rule: 'pod-hardened',
    title: 'an override that takes away and opens up',
    files: {
      'kube/web.yaml': deployment(
        'hostNetwork: true\nsecurityContext: {runAsUser: 0}\ncontainers:\n  - name: web\n    livenessProbe: null\n    resources: {requests: null}\n    securityContext: {privileged: true, capabilities: {add: [NET_ADMIN]}, readOnlyRootFilesystem: false, allowPrivilegeEscalation: true}',
      ),
    },
    findings: [
      ['kube/web.yaml', 'Deployment/web sets hostNetwork'],
      ['kube/web.yaml', 'Deployment/web runs as root'],
      ['kube/web.yaml', '(container web) takes the livenessProbe away'],
      ['kube/web.yaml', '(container web) takes the requests away'],
      ['kube/web.yaml', '(container web) is privileged'],
      ['kube/web.yaml', '(container web) may gain privileges'],
      ['kube/web.yaml', '(container web) may write its root file system'],
      ['kube/web.yaml', '(container web) adds capabilities NET_ADMIN'],
    ],
  },
  {
    rule: 'init-first',
    title: 'another library comes first',
    files: {
      'src/app.ts': `import { createServer } from 'node:http'\nimport fastify from 'fastify'\nimport { init } from 'servicex'\n`,
    },
    findings: [['src/app.ts:2', 'imports fastify first']],
  },
  {
    rule: 'init-first',
    title: 'servicex is not there at all, in CommonJS',
    files: {
      'package.json': { name: 'billing', main: 'src/app.cjs', servicex: {} },
      'src/app.ts': undefined,
      'src/app.cjs': `'use strict'\nconst express = require('express')()\nmodule.exports = express\n`,
    },
    findings: [['src/app.cjs:2', 'imports express first']],
  },
  {
    rule: 'init-first',
    title: 'an entrypoint that cannot be read',
    files: { 'src/app.ts': 'import {\n' },
    findings: [['src/app.ts', 'cannot be read']],
  },
  {
    rule: 'one-logger',
    title: 'another logger, and the console',
    files: {
      'src/other.ts': `import pino from 'pino'\nexport enum Level { a, b }\nexport const f = (x: number): void => { console.log(x) }\nprocess.stdout.write('x')\n// console.log in a comment, 'console.log(1)' in a text\n`,
      'src/old.cjs': `const winston = require('winston')\n`,
    },
    findings: [
      ['src/old.cjs:1', 'imports winston'],
      ['src/other.ts:1', 'imports pino'],
      ['src/other.ts:3', 'calls console.log'],
      ['src/other.ts:4', 'calls process.stdout.write'],
    ],
  },
  {
    rule: 'clients-generated',
    title: 'a client by hand, and one that is not whole',
    files: { 'clients/users.d.ts': undefined, 'clients/ledger.js': '' },
    findings: [
      ['clients/users.contract.json', 'clients/users.d.ts is missing'],
      ['clients/ledger.js', 'has no contract beside it'],
    ],
  },
  {
    rule: 'ci-deploys',
    title: 'no pipeline',
    files: { '.github/workflows/ci.yml': undefined },
    findings: [['', 'there is no CI pipeline']],
  },
  {
    rule: 'ci-deploys',
    title: 'a pipeline that goes around kube',
    files: {
      '.github/workflows/ci.yml':
        'steps:\n  # kubectl apply is forbidden\n  - run: kubectl apply -f kube/\n',
    },
    findings: [
      ['.github/workflows/ci.yml:3', 'goes around kube: kubectl apply'],
      ['', 'no pipeline calls kube <env> deploy'],
    ],
  },
]
