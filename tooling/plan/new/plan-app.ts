import type { TextFile } from '../../parse/facts/repository-facts.ts'
import type { Pipeline } from '../pipelines/pipeline.ts'
import {
  COMMON_DEPENDENCIES,
  COMMON_DEV_DEPENDENCIES,
  NODE_RANGE,
  type Template,
} from './template.ts'

/** What a new app is to be. */
export interface AppRequest {
  /** A DNS-1123 label. */
  readonly name: string
  readonly template: Template
  /** The company's preset: a package, with its range, or a file. */
  readonly preset?: { readonly name: string; readonly range?: string }
  readonly registry?: string
  /** The kubeconfig context of each environment. */
  readonly contexts: Readonly<Record<string, string>>
  /** What package.json asks of servicex. */
  readonly servicexRange: string
  readonly toolVersion: string
}

/** The name that stands for the app's in templates. */
const PLACEHOLDER = /app-name/g

/** Names that npm would not pack, or would read for itself, as they are in `templates/`. */
const RENAMED: Readonly<Record<string, string>> = {
  gitignore: '.gitignore',
  'oxlintrc.json': '.oxlintrc.json',
}

/** Gives every file of a new app, by its path: those of its template, package.json and the CI pipeline. */
export function planApp(
  request: AppRequest,
  templateFiles: readonly TextFile[],
  pipeline: Pipeline,
): readonly TextFile[] {
  const files = templateFiles.map(({ path, text }) => ({
    path: RENAMED[path] ?? path,
    text: text.replace(PLACEHOLDER, request.name),
  }))
  return [
    ...files,
    { path: 'package.json', text: `${JSON.stringify(toPackageJson(request), undefined, 2)}\n` },
    { path: pipeline.path, text: pipeline.text },
  ].toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

function toPackageJson(request: AppRequest): object {
  const { name, template, preset } = request
  return {
    name,
    version: '0.0.0',
    private: true,
    type: 'module',
    main: 'src/app.ts',
    scripts: {
      start: 'node --import servicex/register src/app.ts',
      dev: 'kube dev',
      test: 'node --test',
      types: 'tsc',
      lint: 'oxlint --deny-warnings',
    },
    dependencies: sorted({
      servicex: request.servicexRange,
      ...COMMON_DEPENDENCIES,
      ...template.dependencies,
    }),
    devDependencies: sorted({
      ...COMMON_DEV_DEPENDENCIES,
      ...(preset?.range === undefined ? {} : { [preset.name]: preset.range }),
    }),
    engines: { node: NODE_RANGE },
    servicex: toSettings(request),
  }
}

function toSettings({ preset, registry, contexts, toolVersion }: AppRequest): object {
  const environments = Object.entries(contexts).map(([name, context]) => [name, { context }])
  return {
    ...(preset === undefined ? {} : { extends: preset.name }),
    ...(registry === undefined ? {} : { registry }),
    ...(environments.length === 0 ? {} : { environments: Object.fromEntries(environments) }),
    generator: toolVersion,
  }
}

function sorted(table: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(table).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
