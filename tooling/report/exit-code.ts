import type { ErrorCode } from '../../src/convention/error-codes.ts'
import { ServicexError } from '../../src/convention/servicex-error.ts'

/** What the exit code of a tool says; scripts and CI rely on each number. */
export const EXIT = {
  /** What was asked for is done. */
  done: 0,
  failed: 1,
  /** The command line or the configuration is wrong; nothing was done. */
  usage: 2,
  /** A rule or a pre-flight check refused it; nothing was changed. */
  refused: 3,
  /** The rollout failed; what served before serves again. */
  rolledBack: 4,
  /** The rollout failed, and was not rolled back. */
  rolloutFailed: 5,
  /** There are differences, and `--exit-code` asked for them. */
  differs: 6,
  /** Something newer was deployed in its place: nothing is wrong, and nothing is to be done. */
  superseded: 7,
  /** Not done in time, and what failed was left as it is. */
  timedOut: 70,
  /** Another deploy holds the lock. */
  locked: 75,
  interrupted: 130,
} as const

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

const USAGE_CODES: ReadonlySet<ErrorCode> = new Set([
  'SERVICEX_SNAPSHOT_INVALID',
  'SERVICEX_NODE_TOO_OLD',
  'SERVICEX_USAGE',
  'SERVICEX_CLIENT_SETTINGS',
  'SERVICEX_CONFIG_INVALID',
  'SERVICEX_DECLARATION_INVALID',
  'SERVICEX_DECLARATION_MISSING',
  'SERVICEX_PROJECT_INVALID',
  'SERVICEX_SETTINGS_INVALID',
  'SERVICEX_GIT',
  'SERVICEX_FOLDER_NOT_EMPTY',
  'SERVICEX_DESCRIPTION_FAILED',
  'SERVICEX_INGRESS_HOST_MISSING',
  'SERVICEX_OVERRIDE_INVALID',
  'SERVICEX_FILE_EXISTS',
  'SERVICEX_KUBECONFIG_INVALID',
  'SERVICEX_CLUSTER_CREDENTIALS',
  'SERVICEX_IMAGE_REFERENCE_INVALID',
  'SERVICEX_IMAGE_LOCK_INVALID',
  'SERVICEX_CREDENTIALS_INVALID',
  'SERVICEX_SIGNING_KEY_INVALID',
  'SERVICEX_SIGNING_IDENTITY',
  'SERVICEX_IMAGE_MAIN_MISSING',
  'SERVICEX_LOCKFILE_MISSING',
  'SERVICEX_BUILDER_MISSING',
])

/** What became of a deploy. */
const DEPLOY_EXITS: ReadonlyMap<ErrorCode, ExitCode> = new Map<ErrorCode, ExitCode>([
  ['SERVICEX_ROLLED_BACK', EXIT.rolledBack],
  ['SERVICEX_ROLLOUT_FAILED', EXIT.rolloutFailed],
  ['SERVICEX_DEPLOY_SUPERSEDED', EXIT.superseded],
  ['SERVICEX_ROLLOUT_TIMED_OUT', EXIT.timedOut],
  ['SERVICEX_DEPLOY_LOCKED', EXIT.locked],
])

/** A rule or a check said no before anything was changed. */
const REFUSED_CODES: ReadonlySet<ErrorCode> = new Set([
  'SERVICEX_TREE_DIRTY',
  'SERVICEX_CLUSTER_MISMATCH',
  'SERVICEX_PREFLIGHT_FAILED',
  'SERVICEX_RULES_BROKEN',
  'SERVICEX_IMAGE_CONTENT_UNSAFE',
  'SERVICEX_IMAGE_PLATFORM',
  'SERVICEX_IMAGE_TAG_TAKEN',
  'SERVICEX_IMAGE_NOT_REBASABLE',
  'SERVICEX_REGISTRY_UNSAFE',
])

/** Passes on how a command ended that ran elsewhere: its own exit code, whatever the number means here. */
export function passExitCode(exitCode: number): ExitCode {
  const isOne = Number.isInteger(exitCode) && exitCode >= 0 && exitCode <= 255
  return isOne ? (exitCode as ExitCode) : EXIT.failed
}

/** Gives the exit code of a command that threw `error`. */
export function toExitCode(error: unknown): ExitCode {
  if (!ServicexError.is(error)) return EXIT.failed
  const ofDeploy = DEPLOY_EXITS.get(error.code)
  if (ofDeploy !== undefined) return ofDeploy
  if (REFUSED_CODES.has(error.code)) return EXIT.refused
  return USAGE_CODES.has(error.code) ? EXIT.usage : EXIT.failed
}
