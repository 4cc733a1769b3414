import { ServicexError } from '../../src/convention/servicex-error.ts'

/** The options of `kube build`, as the command line has them. */
export interface BuildOptions {
  readonly platform?: string
  readonly push?: boolean
  readonly load?: boolean
  readonly output?: string
  /** `false` for `--no-dockerfile`, a path for `--dockerfile <path>`. */
  readonly dockerfile?: string | boolean
  readonly updateBase?: boolean
  readonly allowDirty?: boolean
  /** The path of a private key, `env:` and a variable, or `keyless`. */
  readonly sign?: string
  readonly dryRun?: boolean
  readonly json?: boolean
}

/** Where an image goes. */
export interface Delivery {
  /** To the registry. */
  readonly isPushed: boolean
  /** Into a container engine of this machine. */
  readonly isLoaded: boolean
  /** To a file. */
  readonly output?: string
}

/** Says where the image goes: to the registry, unless the options name other places only. Throws SERVICEX_USAGE for options that contradict each other. */
export function toDelivery(options: BuildOptions): Delivery {
  const { push, load = false, output, dryRun = false, updateBase = false } = options
  const named = [...(push === true ? ['--push'] : []), ...(load ? ['--load'] : [])]
  if (output !== undefined) named.push('--output')
  const exclusive = [...(dryRun ? ['--dry-run'] : []), ...(updateBase ? ['--update-base'] : [])]
  const clash = exclusive.length > 1 ? exclusive : [...exclusive.slice(0, 1), ...named]
  if (exclusive.length > 0 && clash.length > 1)
    throw new ServicexError('SERVICEX_USAGE', {
      summary: `kube build: ${clash[0]} does not go with ${clash.slice(1).join(' and ')}`,
      fix: `kube build ${clash[0]}`,
    })
  const isPushed = push ?? (!load && output === undefined)
  if (options.sign !== undefined && !isPushed)
    throw new ServicexError('SERVICEX_USAGE', {
      summary: 'kube build: --sign needs --push: a signature stands beside its image in a registry',
      fix: 'kube build --push --sign <key>',
    })
  return { isPushed, isLoaded: load, ...(output === undefined ? {} : { output }) }
}
