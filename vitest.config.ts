import { fileURLToPath } from 'node:url'
import type { ViteUserConfig } from 'vitest/config'

/** Tests of the built and packed package; everything else runs on the sources. */
const PACKAGE_TESTS = [
  'test/{demo,dist,image,migrate,new-app,package,public-api,startup}.test.ts',
  'test/browser/*.test.ts',
]

const alias = ['register', 'client', 'contract', 'metrics', 'preset', 'testing', ''].map(
  (subpath) => ({
    find: new RegExp(`^servicex${subpath && `/${subpath}`}$`),
    replacement: fileURLToPath(new URL(sourceOf(subpath), import.meta.url)),
  }),
)

const shared = { testTimeout: 30_000, hookTimeout: 60_000, unstubEnvs: true, restoreMocks: true }

const config: ViteUserConfig = {
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          ...shared,
          name: 'source',
          include: ['test/**/*.test.ts'],
          exclude: PACKAGE_TESTS,
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
