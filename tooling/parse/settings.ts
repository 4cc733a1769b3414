import { z } from 'zod'
import { ENVIRONMENT_SETTINGS, type EnvironmentSettings } from './environment-settings.ts'
import { ANNOUNCE_SETTINGS, type AnnounceSettings, isSafeAddress } from './announce-settings.ts'
import {
  EXCEPTION_SETTINGS,
  type ExceptionSettings,
  RULE_SEVERITIES,
  type RuleSeverity,
} from './rule-settings.ts'

/** What an app says of its image; paths are relative to its package. */
export interface ImageSettings {
  /** The module that starts the app; `package.json#main` when absent. */
  readonly main?: string
  /** Patterns of files that come into the image against every rule. */
  readonly include?: readonly string[]
  /** Patterns of files that stay out. */
  readonly exclude?: readonly string[]
  /** The packages whose install scripts run; none when absent. */
  readonly allowScripts?: readonly string[]
  /** The variables that the build script sees beside the usual ones. */
  readonly buildEnv?: readonly string[]
  /** What the image is made for when the command line does not say; `linux/amd64` when absent. */
  readonly platforms?: readonly string[]
  /** The C library of the base image, where its name does not tell. */
  readonly libc?: 'glibc' | 'musl'
}

/** How `kube dev` starts a service, where the rules do not fit. */
export interface DevSettings {
  /** The words it is started with, in its folder; no shell reads them. */
  readonly command?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** What a repository, over its company's preset, says of how it is built and deployed: `package.json#servicex`. */
export interface Settings {
  /** The company's convention: a package, or a file of this repository. */
  readonly extends?: string
  /** Where images go, without the app's name: `registry.acme.example/apps`. */
  readonly registry?: string
  /** Hosts, with port, that are spoken to over plain http; loopback needs no entry. */
  readonly insecureRegistries?: readonly string[]
  /** By registry, the host of its token server, where that is on another host: it gets the registry's credentials. */
  readonly registryTokenHosts?: Readonly<Record<string, string>>
  /** The certificate authority of keyless signatures; sigstore's public one when absent. */
  readonly fulcioUrl?: string
  /** The log of keyless signatures; sigstore's public one when absent. */
  readonly rekorUrl?: string
  /** The image that apps are built on, with a tag; its digest is pinned in servicex.lock. */
  readonly baseImage?: string
  /** How the image is made, where the rules do not fit. */
  readonly image?: ImageSettings
  readonly dev?: DevSettings
  /** The version of kube that made or last migrated this repository. */
  readonly generator?: string
  /** By rule. A preset sets it as it likes; a repository may only be stricter. */
  readonly rules?: Readonly<Record<string, RuleSeverity>>
  readonly exceptions?: readonly ExceptionSettings[]
  /** Who is told of deploys, beside the history in the namespace. */
  readonly announce?: AnnounceSettings
  /** By full name: `production`, `qa`, … */
  readonly environments?: Readonly<Record<string, EnvironmentSettings>>
}

const NAMES = z.array(z.string().min(1))

const ADDRESS = z
  .string()
  .refine(isSafeAddress, 'expected an address of https; http is for loopback')

const IMAGE: z.ZodType<ImageSettings> = z.strictObject({
  main: z.string().min(1).exactOptional(),
  include: NAMES.exactOptional(),
  exclude: NAMES.exactOptional(),
  // A name that began with a dash would be an option of the package manager.
  allowScripts: z
    .array(z.string().regex(/^[@\w]/, 'expected the name of a package'))
    .exactOptional(),
  buildEnv: NAMES.exactOptional(),
  platforms: NAMES.exactOptional(),
  libc: z.enum(['glibc', 'musl']).exactOptional(),
})

const DEV: z.ZodType<DevSettings> = z.strictObject({
  command: z.array(z.string()).min(1).exactOptional(),
  env: z.record(z.string(), z.string()).exactOptional(),
})

const TABLE = z.strictObject({
  extends: z.string().min(1).exactOptional(),
  registry: z
    .string()
    .regex(/^[a-z0-9.-]+(?::\d+)?(?:\/[a-z0-9._/-]+)?$/, 'expected host[:port][/path], lower case')
    .exactOptional(),
  insecureRegistries: z.array(z.string().min(1)).exactOptional(),
  registryTokenHosts: z.record(z.string(), z.string().min(1)).exactOptional(),
  fulcioUrl: ADDRESS.exactOptional(),
  rekorUrl: ADDRESS.exactOptional(),
  baseImage: z.string().min(1).exactOptional(),
  image: IMAGE.exactOptional(),
  dev: DEV.exactOptional(),
  generator: z.string().min(1).exactOptional(),
  rules: RULE_SEVERITIES.exactOptional(),
  exceptions: z.array(EXCEPTION_SETTINGS).exactOptional(),
  announce: ANNOUNCE_SETTINGS.exactOptional(),
  environments: z.record(z.string(), ENVIRONMENT_SETTINGS).exactOptional(),
})

/** Says which settings there are, and what each may be. A key is in this table or is refused. */
export const SETTINGS: z.ZodType<Settings> = TABLE

/** The name of every setting. */
export const SETTING_NAMES: readonly string[] = Object.keys(TABLE.shape)
