import { describe, expect, test } from 'vitest'
import { type ConfigParts, toImageConfig } from '../../../../tooling/plan/image/image-config.ts'
import { toLabels, toSourceUrl } from '../../../../tooling/plan/image/labels.ts'
import { toIndex, toManifest } from '../../../../tooling/plan/image/manifest.ts'
import { type Digest, type ImageConfig, MEDIA_TYPES } from '../../../../tooling/plan/image/oci.ts'

const digest = (sign: string): Digest => `sha256:${sign.repeat(64)}`
const revision = 'c0ffee'.padEnd(40, '0')

describe('the configuration of an image', () => {
  const parts: ConfigParts = {
    platform: { os: 'linux', architecture: 'amd64' },
    layers: [{ diffId: digest('2'), createdBy: 'kube build: app' }],
    revision,
    committedAtSeconds: 1_700_000_000,
    labels: { a: 'b' },
    start: { appFolder: '', main: 'dist/app.js', hasRuntime: true },
  }
  const base: ImageConfig = {
    os: 'linux',
    architecture: 'amd64',
    config: {
      User: 'root',
      Env: ['PATH=/bin', 'NODE_ENV=development', 'NODE_VERSION=24'],
      Entrypoint: ['docker-entrypoint.sh'],
      Cmd: ['node'],
      Labels: { of: 'base' },
    },
    rootfs: { type: 'layers', diff_ids: [digest('1')] },
    history: [{ created_by: 'base' }, { created_by: 'ENV', empty_layer: true }],
  }

  test('starts Node itself, hooks first, as nobody, in production', () => {
    expect(toImageConfig({ ...parts, base })).toEqual({
      created: '2023-11-14T22:13:20Z',
      os: 'linux',
      architecture: 'amd64',
      config: {
        User: '1000:1000',
        ExposedPorts: { '8080/tcp': {}, '9464/tcp': {} },
        Env: [
          'PATH=/bin',
          'NODE_VERSION=24',
          'NODE_ENV=production',
          'PORT=8080',
          `SERVICEX_REVISION=${revision}`,
        ],
        Cmd: ['node', '--import', 'servicex/register', 'dist/app.js'],
        WorkingDir: '/app',
        Labels: { of: 'base', a: 'b' },
      },
      rootfs: { type: 'layers', diff_ids: [digest('1'), digest('2')] },
      history: [
        { created_by: 'base' },
        { created_by: 'ENV', empty_layer: true },
        { created: '2023-11-14T22:13:20Z', created_by: 'kube build: app', comment: 'kube' },
      ],
    })
  })

  const withConfig = (config: ImageConfig['config'] & {}): ImageConfig['config'] =>
    toImageConfig({ ...parts, base: { ...base, config } }).config

  test.for([
    ['65532', '65532'],
    ['65532:65532', '65532:65532'],
    ['nonroot', '1000:1000'],
    ['0', '1000:1000'],
    ['0:0', '1000:1000'],
    ['', '1000:1000'],
    ['1001; rm', '1000:1000'],
  ] as const)('of a base that runs as %j runs as %s', ([User, expected]) => {
    expect(withConfig({ User })?.User).toBe(expected)
  })

  test('starts the node of a base whose entrypoint is it', () => {
    const config = withConfig({ Entrypoint: ['/nodejs/bin/node'] })
    expect(config?.Cmd?.[0]).toBe('/nodejs/bin/node')
    expect(config?.Entrypoint).toBeUndefined()
  })

  test('of an app without servicex starts it without hooks, in its own folder', () => {
    const start = { appFolder: 'apps/a', main: 'app.js', hasRuntime: false }
    expect(toImageConfig({ ...parts, start }).config).toMatchObject({
      Cmd: ['node', 'app.js'],
      WorkingDir: '/app/apps/a',
    })
  })

  test('of a Dockerfile keeps what it says, and has our labels and revision', () => {
    const { start: _start, ...ofDockerfile } = parts
    expect(toImageConfig({ ...ofDockerfile, base }).config).toEqual({
      ...base.config,
      Env: [...(base.config?.Env ?? []), `SERVICEX_REVISION=${revision}`],
      Labels: { of: 'base', a: 'b' },
    })
  })

  test('of a base whose history does not count its layers still counts them', () => {
    const { history } = toImageConfig({ ...parts, base: { ...base, history: [] } })
    expect(history?.filter((entry) => entry.empty_layer !== true)).toHaveLength(2)
  })
})

describe('labels', () => {
  test('say the commit, its time, its page and the base; what is not known is not said', () => {
    const labels = toLabels({
      name: 'billing',
      revision,
      committedAtSeconds: 0,
      remoteUrl: 'git@github.com:acme/billing.git',
      base: { name: 'node:24', digest: digest('1') },
      description: 'bad \u001B]0;PWN\u0007 words\n',
      descriptionDigest: digest('3'),
    })
    expect(labels).toEqual({
      'dev.servicex.description.digest': digest('3'),
      'org.opencontainers.image.base.digest': digest('1'),
      'org.opencontainers.image.base.name': 'node:24',
      'org.opencontainers.image.created': '1970-01-01T00:00:00Z',
      'org.opencontainers.image.description': 'bad  ]0;PWN  words',
      'org.opencontainers.image.revision': revision,
      'org.opencontainers.image.source': 'https://github.com/acme/billing',
      'org.opencontainers.image.title': 'billing',
      'org.opencontainers.image.version': revision,
    })
  })

  test.for([
    ['https://user:token@github.com/acme/billing.git', 'https://github.com/acme/billing'],
    ['ssh://git@git.acme.example:2222/billing.git', 'https://git.acme.example/billing'],
    ['git@gitlab.com:group/sub/billing.git', 'https://gitlab.com/group/sub/billing'],
    ['http://git.local:3000/a/b', 'http://git.local:3000/a/b'],
    ['/srv/git/billing.git', undefined],
    ['file:///srv/git', undefined],
    ['../billing', undefined],
  ] as const)('a remote at %s is at %s', ([remote, page]) => {
    expect(toSourceUrl(remote)).toBe(page)
  })
})

describe('a manifest', () => {
  const config = { mediaType: MEDIA_TYPES.config, digest: digest('c'), size: 1 }
  const layer = {
    name: 'app' as const,
    digest: digest('4'),
    diffId: digest('5'),
    compressedBytes: 9,
  }

  test("names the base's layers by OCI's words, then ours with what they are", () => {
    const docker = { mediaType: MEDIA_TYPES.dockerLayerGzip, digest: digest('b'), size: 7 }
    const zstd = { mediaType: MEDIA_TYPES.layerZstd, digest: digest('d'), size: 8 }
    const { layers } = toManifest(config, { base: [docker, zstd], layers: [layer] }, {})
    expect(layers).toEqual([
      { ...docker, mediaType: MEDIA_TYPES.layerGzip },
      zstd,
      {
        mediaType: MEDIA_TYPES.layerGzip,
        digest: digest('4'),
        size: 9,
        annotations: { 'dev.servicex.layer': 'app' },
      },
    ])
  })

  test('of several platforms is an index that says each', () => {
    const descriptor = { mediaType: MEDIA_TYPES.manifest, digest: digest('a'), size: 3 }
    const platform = { os: 'linux', architecture: 'arm64' }
    expect(toIndex([{ descriptor, platform }], {}).manifests).toEqual([{ ...descriptor, platform }])
  })
})
