import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { lockApp } from '../package/app-lockfile.ts'
import { planGithub } from '../../tooling/plan/pipelines/github.ts'
import { openRepository } from '../tooling/parse/repository.ts'
import { COMPLETE_MINOR, type Place } from './place.ts'

const root = join(import.meta.dirname, '../..')

/** What a command came to. */
export interface KubeRun {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  readonly seconds: number
  /** Each line of stdout, with when it came. */
  readonly lines: readonly { readonly text: string; readonly atSeconds: number }[]
}

/** One app, as a repository of its own. */
export interface App {
  readonly name: string
  read(path: string): string
  /** Writes files and commits; gives the revision. */
  commit(files?: Readonly<Record<string, string>>): string
  /** What is committed last. */
  revision(): string
  /** Goes back to a revision. */
  reset(revision: string): void
  /** Runs the built `kube` in its folder. */
  kube(...words: readonly string[]): Promise<KubeRun>
  /** Builds and pushes what is committed; rejects with what was said when that fails. Gives the reference. */
  build(): Promise<string>
  close(): void
}

/** Which example becomes an app, and under which name. */
export interface AppOptions {
  readonly example: 'billing' | 'users'
  readonly name?: string
  readonly packages?: readonly string[]
  /** Goes before the app's own code. */
  readonly before?: string
}

/** Makes a repository of an example, with the packed servicex; the caller closes it. */
export function openApp(
  place: Place,
  { example, name = example, packages = [], before = '' }: AppOptions,
): App {
  const repository = openRepository()
  cpSync(join(root, 'examples', example), repository.root, { recursive: true })
  cpSync(place.tarball, join(repository.root, 'servicex.tgz'))
  const read = (path: string): string => readFileSync(join(repository.root, path), 'utf8')
  const names = ['zod', ...packages]
  const { dependencies, lockfile } = lockApp({
    servicex: 'servicex.tgz',
    tarball: place.tarball,
    names,
  })
  const pipeline = planGithub({ packageManager: 'npm', branch: 'main', hasTests: false })
  repository.write({
    ...toOverrides(place),
    [pipeline.path]: pipeline.text,
    'service.ts': read('service.ts').replace(`name: '${example}'`, `name: '${name}'`),
    'src/app.ts': before + read('src/app.ts'),
    'package.json': JSON.stringify(toPackage(place, name, dependencies)),
    'package-lock.json': lockfile,
    '.gitignore': 'node_modules/\n',
  })
  repository.commit()
  linkPackages(place, repository.root)
  const kube = (...words: readonly string[]): Promise<KubeRun> => run(place, repository.root, words)
  return {
    name,
    read,
    commit: (files = {}) => {
      repository.write(files)
      return repository.commit()
    },
    revision: () => repository.git('rev-parse', 'HEAD'),
    reset: (revision) => void repository.git('reset', '--quiet', '--hard', revision),
    kube,
    build: async () => {
      const { exitCode, stdout, stderr } = await kube('build')
      if (exitCode !== 0) throw new Error(`kube build exited ${exitCode}:\n${stderr}`)
      return stdout.trim()
    },
    close: () => repository.close(),
  }
}

/** What a checkout has for its service.ts to be read: this repository's own packages. */
function linkPackages({ servicex }: Place, folder: string): void {
  const packages = join(folder, 'node_modules')
  mkdirSync(packages)
  symlinkSync(servicex, join(packages, 'servicex'))
  symlinkSync(join(root, 'node_modules/zod'), join(packages, 'zod'))
}

function toPackage(
  { registry, baseImage, context }: Place,
  name: string,
  dependencies: object,
): object {
  return {
    name,
    version: '0.0.0',
    private: true,
    type: 'module',
    main: 'src/app.ts',
    dependencies,
    servicex: {
      registry: `${registry}/apps`,
      ...(baseImage === undefined ? {} : { baseImage }),
      environments: { production: { context } },
    },
  }
}

/** What an old cluster lacks is left out by the app, as anybody could; the tool is not bent. */
function toOverrides({ minor }: Place): Record<string, string> {
  if (minor >= COMPLETE_MINOR) return {}
  return {
    'kube/old-cluster.yaml': `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
$patch: delete
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { template: { spec: { topologySpreadConstraints: null } } }
`,
  }
}

async function run(place: Place, cwd: string, words: readonly string[]): Promise<KubeRun> {
  const startedMs = performance.now()
  const child = spawn(process.execPath, [join(place.servicex, 'dist/kube.js'), ...words], {
    cwd,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      USER: basename(cwd),
      KUBECONFIG: place.kubeconfig,
      XDG_CACHE_HOME: place.cache,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const since = (): number => (performance.now() - startedMs) / 1000
  const lines: KubeRun['lines'][number][] = []
  createInterface(child.stdout).on('line', (line) => {
    lines.push({ text: line, atSeconds: since() })
  })
  const [stderr, [exitCode]] = await Promise.all([
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ])
  const seconds = since()
  process.stdout.write(`$ kube ${words.join(' ')}  (exit ${exitCode}, ${seconds.toFixed(1)} s)\n`)
  const stdout = lines.map((line) => `${line.text}\n`).join('')
  return { exitCode, stdout, stderr, seconds, lines }
}
