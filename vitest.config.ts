import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { ViteUserConfig } from 'vitest/config'

/** Tests of the built and packed package; everything else runs on the sources. */
const PACKAGE_TESTS = [
  'test/{demo,deploy-cpu,dist,image,migrate,new-app,newcomer,package,public-api,startup,templates-newest}.test.ts',
  'test/browser/*.test.ts',
]

const alias = ['register', 'client', 'contract', 'metrics', 'preset', 'testing', ''].map(
  (subpath) => ({
    find: new RegExp(`^servicex${subpath && `/${subpath}`}$`),
    replacement: fileURLToPath(new URL(sourceOf(subpath), import.meta.url)),
  }),
)

const shared = {
  testTimeout: 30_000,
  hookTimeout: 60_000,
  unstubEnvs: true,
  restoreMocks: true,
  // Real processes, signals and servers on a busy machine: in CI a test may fail once, and is told of.
  retry: process.env['CI'] === undefined ? 0 : 1,
}

const config: ViteUserConfig = {
  test: {
    // Most of the tests wait for processes: as many files at a time as there are cores.
    maxWorkers: availableParallelism(),
    projects: [
      {
        resolve: { alias },
        test: {
          ...shared,
          name: 'source',
          include: ['test/**/*.test.ts'],
          // Those have a cluster, and a configuration of their own.
          exclude: [...PACKAGE_TESTS, 'test/cluster/**'],
        },
      },
      {
        test: {
          name: 'types',
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ['test/**/*.test-d.ts'],
            tsconfig: './tsconfig.json',
            // `npm run types` reports those, once.
            ignoreSourceErrors: true,
          },
        },
      },
      {
        test: {
          ...shared,
          name: 'package',
          include: PACKAGE_TESTS,
          globalSetup: './test/package/build-once.ts',
        },
      },
    ],
  },
}

export default config

function sourceOf(subpath: string): string {
  if (subpath === '') return './src/index.ts'
  if (subpath === 'preset') return './tooling/preset.ts'
  if (subpath === 'contract') return './src/client/contract/index.ts'
  return subpath === 'register' ? './src/register.ts' : `./src/${subpath}/index.ts`
}
